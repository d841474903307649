/**
 * npm run screenshots: the pictures of the README, made of the demo by a real Chromium. They are in fixtures/screenshots.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const PICTURES = [
  { name: 'overview', path: '/admin/' },
  { name: 'failures', path: '/admin/failures' },
]

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))
const fileOf = (name: string) => fileURLToPath(new URL(`../fixtures/screenshots/${name}.png`, import.meta.url))

const demo = spawn(process.execPath, [fileURLToPath(new URL('./demo.ts', import.meta.url)), '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const ended = once(demo, 'exit')
try {
  const { page: address, token } = await readAddress()
  const browser = await chromium.launch({ args: ['--no-sandbox'], ...(executablePath && { executablePath }) })
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' })
  await page.goto(address)
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  for (const { name, path } of PICTURES) {
    await page.goto(new URL(path, address).href)
    await page.screenshot({ path: fileOf(name) })
  }
  await browser.close()
} finally {
  demo.kill('SIGINT')
  await ended
}

/** As the demo prints them when it is up. */
async function readAddress(): Promise<{ page: string; token: string }> {
  let page = ''
  for await (const line of createInterface({ input: demo.stdout })) {
    page = /The page for admins +(\S+)/.exec(line)?.[1] ?? page
    const token = /its token +(\S+)/.exec(line)?.[1]
    if (token !== undefined) return { page, token }
  }
  throw new Error('the demo ended before it was up')
}
