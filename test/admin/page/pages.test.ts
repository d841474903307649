import { once } from 'node:events'
import { createServer } from 'node:http'
import t, { type Test } from 'tap'
import { createPages } from '../../helpers/page.ts'
import { until } from '../../helpers/until.ts'

t.test('the pages of an empty ledger say what would be there', async (t) => {
  const { visit } = await createPages(t)
  const { get } = await visit('admin')
  const said: [string, RegExp][] = [
    ['/admin/', /Nothing has arrived yet\./],
    [
      '/admin/?range=1h',
      /<dt>95 % Acked within<\/dt><dd><strong>–<\/strong> <span class="quiet">no message in this time/,
    ],
    ['/admin/notifications', /soapstone send/],
    ['/admin/notifications?state=dead', /Nothing fits these filters/],
    ['/admin/failures', /No order waits for you/],
    ['/admin/tasks', /Nothing was done to many yet/],
    ['/admin/audit', /sign_in|Nobody has done anything/],
    ['/admin/tokens', /Make a token/],
    ['/admin/webhooks', /Nobody is told/],
    ['/admin/replays?code=PRODUCT_UNMAPPED', /There is none that fits/],
  ]
  for (const [path, words] of said) t.match(await get(path), words, path)
})

t.test('a failure is explained, and all of its kind are replayed at once', async (t) => {
  const { visit, failing, provisioned, salesforce, bench } = await createPages(t)
  const { get, post } = await visit('operate')
  const { orderIds, productId } = await failing(2)
  t.match(await get('/admin/'), /2 orders wait for you\./)
  const failures = await get('/admin/failures')
  t.match(failures, /A product of the order has no WHMCS product/)
  t.match(failures, /What to do:/)
  t.match(failures, /href="\/admin\/replays\?code=PRODUCT_UNMAPPED"/)
  t.match(await get('/admin/replays?code=PRODUCT_UNMAPPED'), /<button class="primary">Replay 2 orders<\/button>/)

  salesforce.update(productId, { WHMCS_Product_ID__c: '212' })
  const started = await post('/admin/replays', { code: 'PRODUCT_UNMAPPED', reason: 'it is mapped now' })
  t.match(started, { status: 303, to: /^\/admin\/tasks\/\d+$/ })
  await provisioned(orderIds)
  await until(async () => /completed/.test(await get(started.to)), 'the task is done')
  t.match(await get(started.to), /2 done, 0 skipped, 0 failed/)
  t.match(await get('/admin/audit?act=replay'), /it is mapped now/)
  t.equal(await bench.value("select count(*)::integer from ledger.audit where act = 'replay' and via = 'page'"), 2)
})

t.test('one order shows its story, and is replayed or dismissed with a reason', async (t) => {
  const { visit, failing, provisioned, salesforce, bench } = await createPages(t)
  const { get, post } = await visit('operate')
  const { orderIds, productId } = await failing(2)
  const idOf = (orderId = '') =>
    bench.value('select notification_id from ledger.dead_letters where record_id = $1', [orderId]).then(String)
  const [replayed, dismissed] = [await idOf(orderIds[0]), await idOf(orderIds[1])]
  const page = await get(`/admin/notifications/${replayed}`)
  for (const words of [/Arrived/, /outbound message/, /PRODUCT_UNMAPPED/, /gave up/, /in Salesforce/])
    t.match(page, words)
  t.match(await post(`/admin/notifications/${replayed}/replay`, { reason: ' ' }), {
    status: 400,
    text: /the reason is empty/,
  })
  salesforce.update(productId, { WHMCS_Product_ID__c: '212' })
  const done = await post(`/admin/notifications/${replayed}/replay`, { reason: 'mapped', step: '' })
  t.match(done, { status: 303, to: `/admin/notifications/${replayed}?done=replay` })
  t.match(await get(done.to), /It is back at work/)
  await provisioned(orderIds.slice(0, 1))
  t.match(await post(`/admin/notifications/${dismissed}/dismiss`, { reason: 'a test order' }), { status: 303 })
  t.match(await get(`/admin/notifications/${dismissed}`), /dismissed[\s\S]*a test order/)
  t.match(await post(`/admin/notifications/${dismissed}/dismiss`, { reason: 'again' }), { status: 409 })
  t.match(await post('/admin/notifications/04l000000000000AAA/replay', { reason: 'x' }), { status: 404 })
})

t.test('who may only read sees no way to act, and is refused', async (t) => {
  const { visit, failing } = await createPages(t)
  await failing(1)
  const { get, post } = await visit('read')
  t.notMatch(await get('/admin/failures'), /admin\/replays/)
  t.notMatch(await get('/admin/'), /<form method="post" action="\/admin\/stages/)
  t.match(await get('/admin/replays?code=PRODUCT_UNMAPPED'), /You may not do this/)
  for (const path of ['/admin/replays', '/admin/notifications/x/replay', '/admin/stages/x/callback', '/admin/tokens']) {
    t.match(await post(path, { reason: 'x', code: 'PRODUCT_UNMAPPED' }), { status: 403 }, path)
  }
})

t.test('a form that another site sends is refused', async (t) => {
  const { visit, adminUrl, ask } = await createPages(t)
  const { post } = await visit('admin')
  const body = { code: 'PRODUCT_UNMAPPED', reason: 'x' }
  for (const origin of ['https://evil.example', 'null', adminUrl.replace('127.0.0.1', 'localhost')]) {
    t.match(await post('/admin/replays', body, { origin }), { status: 403 }, origin)
  }
  t.match(
    await ask('/admin/replays', {
      method: 'POST',
      body: 'reason=x',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
    {
      status: 403,
    },
  )
})

t.test('what others have written is shown as text', async (t) => {
  const { visit, failing, bench } = await createPages(t)
  const Name = `<script>alert(1)</script>"'&<img src=x onerror=alert(2)>`
  const { orderIds } = await failing(1, { Name })
  const { get } = await visit('operate')
  const id = await bench.value('select notification_id from ledger.dead_letters where record_id = $1', orderIds)
  for (const path of [
    '/admin/',
    '/admin/failures',
    '/admin/notifications',
    `/admin/notifications/${id}`,
    '/admin/replays?code=PRODUCT_UNMAPPED',
  ]) {
    const page = await get(path)
    t.notMatch(page, /<script>alert|<img src=x/, path)
    if (path !== '/admin/') t.match(page, /&lt;script&gt;alert\(1\)/, path)
  }
})

t.test('a search goes straight to what an id names, and to a list else', async (t) => {
  const { visit, failing, ask, bench, salesforce, token } = await createPages(t)
  const { orderIds } = await failing(1)
  const [orderId = ''] = orderIds
  const id = await bench.value('select notification_id from ledger.dead_letters where record_id = $1', orderIds)
  const number = String(salesforce.record(orderId)?.OrderNumber)
  const bearer = await token('read')
  const placeOf = async (q: string) =>
    (await ask(`/admin/notifications?q=${encodeURIComponent(q)}`, { token: bearer })).headers.get('location')
  t.equal(await placeOf(String(id)), `/admin/notifications/${id}`)
  t.equal(await placeOf(orderId.slice(0, 15)), `/admin/notifications/${orderId}`)
  t.equal(await placeOf(number), `/admin/notifications?order=${number}`)
  t.equal(await placeOf('no product'), '/admin/notifications?text=no+product')
  const { get } = await visit('read')
  t.match(await get(`/admin/notifications?order=${number}`), new RegExp(number))
  t.match(await get('/admin/notifications?state=bogus'), /is none of/)
})

t.test('the list is sorted by what an index carries, and the address says how', async (t) => {
  const { visit, failing, salesforce } = await createPages(t)
  const { orderIds } = await failing(2)
  const { get } = await visit('read')
  const numbers = orderIds.map((id) => String(salesforce.record(id)?.OrderNumber))
  const shown = (page: string) => [...page.matchAll(/<tr data-row>[\s\S]*?>(\d+)<\/a>/g)].map(([, number]) => number)
  const newest = await get('/admin/notifications')
  t.match(
    newest,
    /<th scope="col" class="sorts" aria-sort="descending"><a href="\/admin\/notifications\?sort=receivedAt"/,
  )
  const oldest = await get('/admin/notifications?sort=receivedAt')
  t.match(oldest, /aria-sort="ascending"><a href="\/admin\/notifications"/)
  t.same(shown(oldest), shown(newest).toReversed())
  t.same(shown(oldest).toSorted(), numbers.toSorted())
  const ended = await get('/admin/notifications?state=dead&sort=-finalizedAt')
  t.match(ended, /aria-sort="descending"><a href="\/admin\/notifications\?state=dead&amp;sort=finalizedAt"[^>]*>Ended/)
  t.match(ended, /class="sorts"><a href="\/admin\/notifications\?state=dead"[^>]*>Arrived/)
  t.notMatch(await get('/admin/notifications'), />Due</, 'only what is open is due')
  t.match(await get('/admin/notifications?state=pending'), /Nothing fits/)
  // Words are looked for everywhere: no index has those in order of their end.
  t.match(
    await get('/admin/notifications?state=dead&sort=-finalizedAt&text=product'),
    /aria-sort="descending"><a [^>]*>Arrived/,
  )
  t.match(await get('/admin/notifications?sort=errorCode'), /is none of -receivedAt/)
})

t.test('the overview says within how long messages were Acked in the time of the chart', async (t) => {
  const { visit, bench } = await createPages(t)
  const { get } = await visit('read')
  const count = (detail: string, seen: number, minutes: number) =>
    bench.rows(
      `insert into ledger.tally (organization_id, kind, detail, minute, seen)
       values ('', 'ack', $1, date_trunc('minute', now()) - $3 * interval '1 minute', $2)`,
      [detail, seen, minutes],
    )
  await count('0.002', 95, 10)
  await count('0.05', 5, 10)
  await count('0.25', 1_000, 300)
  await count('Infinity', 90_000, 3_000)
  const figure = async (range: string) =>
    /95 % Acked within<\/dt><dd><strong>(.*?)<\/strong> <span class="quiet">(.*?)</
      .exec(await get(`/admin/?range=${range}`))
      ?.slice(1)
  t.same(await figure('1h'), ['2 ms', 'half within 2 ms, 100 messages'])
  t.same(await figure('24h'), ['250 ms', 'half within 250 ms, 1100 messages'])
  t.same(await figure('7d'), ['more than 1 min', 'half within more than 1 min, 91,100 messages'])
})

t.test('a step is paused, tried and resumed, with a reason', async (t) => {
  const { visit, salesforce, bench } = await createPages(t)
  const { get, post } = await visit('operate')
  const stage = `/admin/stages/${salesforce.organizationId}/provision`
  t.match(await post(stage, { act: 'pause', reason: 'WHMCS is being updated' }), { status: 303 })
  t.match(await get('/admin/'), /provisioning stands still since/)
  t.match(await get('/admin/'), /WHMCS is being updated/)
  t.match(await post(stage, { act: 'resume', reason: 'it is done' }), { status: 303 })
  t.match(await post(stage, { act: 'resume', reason: 'again' }), { status: 409 })
  t.match(await post(stage, { act: 'stop', reason: 'x' }), { status: 400 })
  t.equal(await bench.value("select count(*)::integer from ledger.audit where via = 'page' and reason is not null"), 2)
})

t.test('a webhook is added, tried, disabled and removed', async (t) => {
  const { visit, bench } = await createPages(t, { WEBHOOK_ALLOW_PRIVATE: 'true' })
  const { url, requests } = await createReceiver(t)
  const { get, post } = await visit('admin')
  const made = await post('/admin/webhooks', { url, types: 'order.failed, order.provisioned', description: 'the shop' })
  t.match(made, { status: 200, text: /whsec_/ })
  const [, id = ''] = /href="\/admin\/webhooks\/([^"]+)"/.exec(made.text) ?? []
  t.match(await get('/admin/webhooks'), /the shop/)
  t.notMatch(await get('/admin/webhooks'), /whsec_/, 'the secret is shown once')
  t.match(await post(`/admin/webhooks/${id}/test`, {}), { status: 303, to: `/admin/webhooks/${id}` })
  t.equal(requests(), 1)
  t.match(await get(`/admin/webhooks/${id}`), /webhook\.test/)
  await post(`/admin/webhooks/${id}/disable`, {})
  t.match(await get(`/admin/webhooks/${id}`), /disabled/)
  t.match(await post(`/admin/webhooks/${id}/remove`, {}), { status: 303, to: '/admin/webhooks' })
  t.equal(await bench.value('select count(*)::integer from ledger.webhook'), 0)
  t.match(await post('/admin/webhooks', { url, types: 'order.lost' }), { status: 400 })
})

t.test('what the settings name is shown neither on the page nor by the API', async (t) => {
  const { visit, failing, bench, ask, token } = await createPages(t, { MASKED_FIELDS: 'name, *Number' })
  const { orderIds } = await failing(1, { Name: 'Erika Mustermann' })
  const id = await bench.value('select notification_id from ledger.dead_letters where record_id = $1', orderIds)
  const { get } = await visit('read')
  const page = await get(`/admin/notifications/${id}`)
  t.match(page, /&quot;name&quot;: &quot;\*\*\*&quot;/)
  const { json } = await ask(`/api/notifications/${id}`, { token: await token('read') })
  t.match(json, { order: { content: { account: { name: '***' }, orderNumber: '***' } } })
})

async function createReceiver(t: Test) {
  let seen = 0
  const server = createServer((request, response) => {
    seen += 1
    request.resume().on('end', () => response.end('taken'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/hook`, requests: () => seen }
}
