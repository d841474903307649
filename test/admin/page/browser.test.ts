/** The page in a real browser, Debian's Chromium: what only a browser can tell. Skipped where there is none. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { createPages, type Pages } from '../../helpers/page.ts'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))
const skip = executablePath === undefined ? 'there is no Chromium here' : false
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Visit {
  page: Page
  /** What the browser complained of. */
  complaints: string[]
}

/** Signed in, at the overview. */
async function visit(
  t: Test,
  pages: Pages,
  options: BrowserContextOptions = {},
  scope: 'read' | 'operate' | 'admin' = 'operate',
): Promise<Visit> {
  const browser = await chromium.launch({ args: ['--no-sandbox'], ...(executablePath && { executablePath }) })
  t.teardown(() => browser.close())
  const context = await browser.newContext({ baseURL: pages.adminUrl, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto('/admin/')
  await page.getByLabel('Token').fill(await pages.token(scope))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  return { page, complaints }
}

/** What a replay of a group looks like to a person, with scripts or without. */
async function replayGroup(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Failures', exact: true }).click()
  await page.getByRole('link', { name: 'Replay all 2' }).click()
  await page.getByRole('heading', { name: 'Replay 2 orders?' }).waitFor()
  await page.getByLabel('Reason').fill('the product is mapped now')
  await page.getByRole('button', { name: 'Replay 2 orders' }).click()
}

t.test('an order that needs somebody is found, and all of its kind are replayed', { skip }, async (t) => {
  const pages = await createPages(t)
  const { orderIds, productId } = await pages.failing(2)
  const { page, complaints } = await visit(t, pages)
  await page.getByRole('heading', { level: 1, name: '2 orders wait for you.' }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type(String(pages.salesforce.record(orderIds[0] ?? '')?.OrderNumber))
  await page.keyboard.press('Enter')
  await page.locator('tbody a').first().click()
  await page.getByText('What to do:').waitFor()
  pages.salesforce.update(productId, { WHMCS_Product_ID__c: '212' })
  await replayGroup(page)
  // It shows its own progress: nobody loads it again.
  await page.getByText('2 done, 0 skipped, 0 failed').waitFor()
  await pages.provisioned(orderIds)
  t.same(complaints, [])
})

t.test('everything goes without scripts', { skip }, async (t) => {
  const pages = await createPages(t)
  const { orderIds, productId } = await pages.failing(2)
  const { page } = await visit(t, pages, { javaScriptEnabled: false })
  pages.salesforce.update(productId, { WHMCS_Product_ID__c: '212' })
  await replayGroup(page)
  await pages.provisioned(orderIds)
  await page.reload()
  await page.getByText('2 done, 0 skipped, 0 failed').waitFor()
  await page.getByText('a operateer', { exact: true }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Token').waitFor()
})

t.test(
  'the overview shows what comes while it is looked at, and keeps what is open and focused',
  { skip },
  async (t) => {
    const pages = await createPages(t)
    const { page, complaints } = await visit(t, pages)
    await page.getByRole('heading', { level: 1, name: 'Nothing has arrived yet.' }).waitFor()
    await page.getByText('As a table').click()
    await pages.failing(1)
    await page.getByRole('heading', { level: 1, name: '1 order waits for you.' }).waitFor({ timeout: 40_000 })
    t.equal(await page.locator('.chart details[open]').count(), 1, 'the table stays open')
    t.equal(await page.evaluate('document.activeElement.textContent'), 'As a table')
    t.same(complaints, [])
  },
)

t.test('nothing that others wrote is run', { skip }, async (t) => {
  const pages = await createPages(t)
  await pages.failing(1, { Name: '<img src=x onerror=alert(1)><script>alert(2)</script>' })
  const { page, complaints } = await visit(t, pages)
  for (const path of ['/admin/failures', '/admin/notifications', '/admin/replays?code=PRODUCT_UNMAPPED']) {
    await page.goto(path)
    await page.getByText('<img src=x onerror=alert(1)>', { exact: false }).first().waitFor()
  }
  t.same(complaints, [])
})

t.test('axe finds nothing serious, in light and dark, and nothing is wider than a phone', { skip }, async (t) => {
  const pages = await createPages(t)
  await pages.failing(2)
  const id = await pages.bench.value('select notification_id from ledger.dead_letters limit 1')
  const paths = [
    ...[
      '/admin/',
      '/admin/failures',
      '/admin/notifications?state=dead&sort=-finalizedAt',
      `/admin/notifications/${id}`,
      '/admin/tasks',
    ],
    ...['/admin/replays?code=PRODUCT_UNMAPPED', '/admin/audit', '/admin/tokens', '/admin/webhooks', '/admin/sessions'],
  ]
  const { page } = await visit(t, pages, {}, 'admin')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const path of paths) {
      await page.goto(path)
      await page.evaluate(AXE)
      const found: { id: string; impact: string; nodes: { html: string }[] }[] = await page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => ({ html })) })))',
      )
      const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      t.same(
        serious.map(({ id, nodes }) => [id, nodes[0]?.html]),
        [],
        `${path}, ${colorScheme}`,
      )
    }
  }
  await page.setViewportSize({ width: 360, height: 740 })
  for (const path of paths) {
    await page.goto(path)
    t.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 360, `${path} fits a phone`)
  }
})

t.test('the keyboard alone sorts the list, opens an order, copies an id and replays a group', { skip }, async (t) => {
  const pages = await createPages(t)
  const { orderIds, productId } = await pages.failing(2)
  const { page, complaints } = await visit(t, pages)
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const focused = (what: string) => page.evaluate(`document.activeElement.${what}`)
  await press('g', 'l')
  await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor()
  await press('s', 'Enter')
  await page.getByRole('columnheader', { name: 'Arrived' }).and(page.locator('[aria-sort=ascending]')).waitFor()
  await press('j', 'j', 'k', 'Enter')
  await page.getByRole('heading', { level: 1, name: /^Order / }).waitFor()
  await press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await press('Escape', 'r')
  t.equal(await focused('name'), 'reason')
  // What is shortened on the screen is whole for who has no mouse.
  const copy = page.getByRole('button', { name: /^801\w+…\w{6}$/ })
  await copy.focus()
  t.equal(await focused('tabIndex'), 0)

  pages.salesforce.update(productId, { WHMCS_Product_ID__c: '212' })
  await press('g', 'f')
  await page.getByRole('heading', { level: 1, name: '2 orders wait for you' }).waitFor()
  await press('r', 'Enter')
  await page.getByRole('heading', { level: 1, name: 'Replay 2 orders?' }).waitFor()
  await press('r')
  await page.keyboard.type('the product is mapped now')
  await press('Tab', 'Enter')
  await page.getByText('2 done, 0 skipped, 0 failed').waitFor()
  await pages.provisioned(orderIds)
  t.same(complaints, [])
})
