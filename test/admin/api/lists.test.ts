import t, { type Test } from 'tap'
import { createAdmin } from '../../helpers/admin.ts'
import { until } from '../../helpers/until.ts'

t.jobs = 3

/** A service with three dead letters, of which the accounts are named `names`. */
async function setUp(t: Test, names = ['Anna', 'Boris', '=cmd|calc']) {
  const admin = await createAdmin(t)
  const { salesforce, endpoint, look } = admin
  const productId = salesforce.addProduct({ Name: 'Unmapped', WHMCS_Product_ID__c: null })
  const orderIds: string[] = []
  for (const Name of names) {
    const orderId = salesforce.addOrder({ accountId: salesforce.addAccount({ Name }), items: [{ productId }] })
    orderIds.push(orderId)
    await salesforce.send({ endpoint, orderIds: [orderId] })
  }
  await look.settled(names.length)
  const [read, operate] = [await admin.token('read'), await admin.token('operate')]
  const get = (path: string, token = read) => admin.ask(`/api/${path}`, { token })
  const post = (path: string, body: unknown, token = operate) =>
    admin.ask(`/api/${path}`, { method: 'POST', token, body })
  return { admin, salesforce, productId, orderIds, read, operate, get, post }
}

/** The items of a list. */
function itemsOf({ json }: { json: Record<string, unknown> }): Record<string, unknown>[] {
  return Array.isArray(json.items) ? json.items : []
}

t.test('the list is filtered by each name, and read page by page', async (t) => {
  const { salesforce, orderIds, get } = await setUp(t)
  const [first = '', second = '', third = ''] = orderIds
  const found = async (query: string) => itemsOf(await get(`notifications?${query}`)).map(({ recordId }) => recordId)
  t.same(await found(''), [third, second, first], 'newest first')
  const number = String(salesforce.record(second)?.OrderNumber)
  const cases: [string, string[]][] = [
    ['state=dead&step=callback&code=PRODUCT_UNMAPPED&source=outbound-message&priority=normal', [third, second, first]],
    [`record=${second}`, [second]],
    [`record=${second.slice(0, 15)}`, [second]],
    [`order=${number}`, [second]],
    ['text=boris', [second]],
    [`organization=${salesforce.organizationId}&since=1h`, [third, second, first]],
    ['state=completed', []],
    ['until=1h', []],
    ['whmcsOrder=4711', []],
  ]
  for (const [query, expected] of cases) t.same(await found(query), expected, query)

  t.same(await found('sort=receivedAt'), [first, second, third], 'oldest first')
  const ended = itemsOf(await get('notifications?state=dead&sort=-finalizedAt')).map(({ finalizedAt }) =>
    String(finalizedAt),
  )
  t.same(ended, ended.toSorted().toReversed(), 'ended last first')
  t.equal(ended.length, 3)
  const oldest = await get('notifications?limit=2&sort=receivedAt')
  const further = await get(`notifications?limit=2&sort=receivedAt&after=${oldest.json.next}`)
  t.match(further.json, { items: [{ recordId: third }], next: null })
  t.match(await get(`notifications?limit=2&after=${oldest.json.next}`), { status: 400 }, 'a cursor of another order')

  const one = await get('notifications?limit=2')
  t.same(
    itemsOf(one).map(({ recordId }) => recordId),
    [third, second],
  )
  const next = await get(`notifications?limit=2&after=${one.json.next}`)
  t.match(next.json, { items: [{ recordId: first }], next: null })
})

t.test('what a filter can not mean is refused by its name', async (t) => {
  const { get } = await setUp(t, [])
  const cases: [string, RegExp][] = [
    ['state=lost', /^state: .*pending, working/],
    ['step=bill', /^step: /],
    ['code=x', /^code: /],
    ['record=x', /^record: /],
    ['organization=x', /^organization: /],
    ['priority=high', /^priority: /],
    ['whmcsOrder=x', /^whmcsOrder: /],
    ['since=soon', /^since: /],
    ['until=2026-13-01', /^until: /],
    ['sort=errorCode', /^sort: .*-receivedAt/],
    ['sort=nextAttemptAt', /^sort: .*state pending/],
    ['limit=0', /^limit: /],
    ['limit=201', /^limit: /],
    ['limit=x', /^limit: /],
    ['after=x', /after/],
    ['stat=dead', /^stat: the query has no such name/],
    ['state=dead&state=pending', /^state: /],
    ['text=%00', /^text: /],
  ]
  for (const [query, detail] of cases) {
    t.match(await get(`notifications?${query}`), { status: 400, json: { code: 'BAD_REQUEST', detail } }, query)
  }
})

t.test('status says what waits, what is dead and who is alive', async (t) => {
  const { salesforce, get } = await setUp(t)
  const answer = await until(async () => {
    const status = await get('status')
    return Array.isArray(status.json.workers) && status.json.workers.length > 0 && status
  }, 'a worker')
  t.match(answer, {
    status: 200,
    json: {
      ready: true,
      organizations: [
        {
          organizationId: salesforce.organizationId,
          name: String,
          stages: [
            { step: 'callback', waiting: 0, working: 0, oldestSeconds: 0, paused: null },
            { step: 'provision' },
            { step: 'write_back' },
          ],
        },
      ],
      deadLetters: [{ code: 'PRODUCT_UNMAPPED', count: 3 }],
      workers: [{ version: /^\d/, startedAt: /Z$/, seenAt: /Z$/ }],
      marker: String,
    },
  })
})

t.test('latency says within how long messages were Acked and orders provisioned', async (t) => {
  const { admin, get } = await setUp(t)
  const counted = await until(async () => {
    const { json } = await get('latency')
    return Object(json.ack).messages >= 3 && json
  }, 'the process has counted its Acks')
  t.match(counted, { ack: { p50Seconds: Number, p95Seconds: Number }, order: { p50Seconds: null, p95Seconds: null } })
  await admin.bench.rows(
    "insert into ledger.tally (organization_id, kind, detail, minute, seen) values ('', 'ack', 'Infinity', now(), 1000)",
  )
  t.match(await get('latency?since=1h'), { status: 200, json: { ack: { messages: Number, p95Seconds: null } } })
  t.match(await get('latency?since=soon'), { status: 400, json: { detail: /^since: / } })
})

t.test('failures, throughput and audit', async (t) => {
  const { orderIds, get, post } = await setUp(t)
  t.match(await get('failures'), {
    json: {
      items: [
        { code: 'PRODUCT_UNMAPPED', count: 3, meaning: String, remedy: String, example: { recordId: orderIds[2] } },
      ],
      next: null,
    },
  })
  const minutes = itemsOf(await get('throughput?bucket=minute&since=5m'))
  const sum = (name: string) => minutes.reduce((total, one) => total + Number(one[name]), 0)
  t.same([sum('received'), sum('dead'), sum('completed')], [3, 3, 0])
  t.ok(minutes.length >= 5)
  t.match(await get('throughput?bucket=week'), { status: 400, json: { detail: /^bucket: / } })
  t.match(await get('throughput?bucket=minute&since=365d'), { status: 400 })

  t.match(await post(`notifications/${orderIds[0]}/dismiss`, { reason: 'by phone' }), { status: 200 })
  t.match(await get('audit?act=dismiss'), {
    json: {
      items: [
        {
          act: 'dismiss',
          actor: 'a operateer',
          via: 'api',
          reason: 'by phone',
          recordId: orderIds[0],
          address: '127.0.0.1',
        },
      ],
      next: null,
    },
  })
  const [{ notificationId = '' } = {}] = itemsOf(await get(`notifications?record=${orderIds[0]}`))
  for (const id of [String(notificationId), String(notificationId).slice(0, 15)]) {
    t.match(await get(`audit?notification=${id}`), { json: { items: [{ act: 'dismiss' }], next: null } }, id)
  }
  t.match(await get(`audit?record=${orderIds[1]}`), { json: { items: [], next: null } })
  const one = await get('audit?limit=1')
  t.match(await get(`audit?limit=1&after=${one.json.next}`), { json: { items: [{ act: 'token_create' }] } })
})

t.test('all that fit a filter are replayed as a task, with a preview and progress', async (t) => {
  const { admin, salesforce, productId, orderIds, read, get, post } = await setUp(t)
  const replay = { filter: { code: 'PRODUCT_UNMAPPED' }, reason: 'mapped now' }
  t.match(await post('replays', replay, read), { status: 403 })
  t.match(await post('replays', { filter: {} }), { status: 400, json: { detail: /^reason: / } })
  t.match(await post('replays', { ...replay, filter: { stat: 'dead' } }), { status: 400, json: { detail: /stat/ } })
  t.match(await post('replays', { ...replay, filter: { code: 'x' } }), { status: 400, json: { detail: /^code: / } })
  const preview = await post('replays', { ...replay, dryRun: true })
  t.match(preview, { status: 200, json: { count: 3, sample: [{ recordId: orderIds[2] }, {}, {}] } })
  t.match(await get('tasks'), { json: { items: [], next: null } }, 'nothing has begun')

  salesforce.update(productId, { WHMCS_Product_ID__c: '185' })
  const started = await post('replays', replay)
  t.match(started, { status: 202, json: { id: String } })
  const { id } = started.json
  t.equal(started.headers.get('location'), `/api/tasks/${id}`)
  // The stream ends with the task.
  const events = await admin.ask(`/api/tasks/${id}/events`, { token: read })
  t.match(events.headers.get('content-type'), 'text/event-stream')
  const last =
    events.text
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .at(-1) ?? ''
  const ended = {
    id,
    state: 'completed',
    total: 3,
    done: 3,
    skipped: 0,
    failed: 0,
    reason: 'mapped now',
    requestedBy: /operateer/,
    errors: [],
  }
  t.match(JSON.parse(last.slice(6)), ended)
  t.match(await get(`tasks/${id}`), { json: ended })
  t.match(await get('tasks'), { json: { items: [{ id }], next: null } })
  await admin.look.settled(3)
  for (const orderId of orderIds) await admin.look.once(t, orderId)
  const cancel = (task: unknown, token?: string) => admin.ask(`/api/tasks/${task}`, { method: 'DELETE', token })
  t.match(await cancel(id, read), { status: 403 })
  t.match(await cancel(id, await admin.token('operate')), { status: 409 })
  for (const path of ['tasks/4711', 'tasks/x', 'tasks/4711/events']) t.match(await get(path), { status: 404 }, path)
})

t.test('the export is a file for spreadsheets that runs nothing, or a document a line', async (t) => {
  const { orderIds, get } = await setUp(t, ['Anna "the first", Ltd', '=cmd|calc', 'Zoë'])
  const csv = await get('export?format=csv&state=dead')
  t.match(csv.headers.get('content-type'), 'text/csv')
  t.match(csv.headers.get('content-disposition'), 'attachment; filename="notifications.csv"')
  const lines = csv.text.trimEnd().split('\r\n')
  t.equal(lines.length, 4)
  t.match(lines[0], /organizationId,notificationId,.*,orderNumber,accountName,/)
  t.match(csv.text, /,"Anna ""the first"", Ltd",/)
  t.match(csv.text, /,'=cmd\|calc,/)
  t.match(csv.text, /,Zoë,/)
  const ndjson = await get(`export?format=ndjson&record=${orderIds[1]}`)
  const documents = ndjson.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.match(documents, [{ recordId: orderIds[1], accountName: '=cmd|calc', whmcsOrderId: null }])
  t.equal(documents.length, 1)
  t.match(await get('export?format=xlsx'), { status: 400, json: { detail: /^format: / } })
  t.match(await get('export?state=lost'), { status: 400, json: { detail: /^state: / } })
})

t.test('events tell that something has changed, and end before the service does', async (t) => {
  const { admin, salesforce, read } = await setUp(t, [])
  const stream = await fetch(`${admin.adminUrl}/api/events`, { headers: { authorization: `Bearer ${read}` } })
  t.match(stream.headers.get('content-type'), 'text/event-stream')
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  let heard = ''
  const hear = async () => {
    const { done, value = '' } = (await reader?.read()) ?? { done: true }
    heard += value
    return done
  }
  while (!heard.includes(': here')) await hear()
  // What the ledger was like is known by the first look: send until one has seen a difference.
  while (!/"changed":\[[^\]]*"received"/.test(heard)) {
    await salesforce.send({ endpoint: admin.endpoint, orderIds: [salesforce.addOrder()] })
    await hear()
  }
  t.match(heard, /event: changed\ndata: \{"at":"[^"]+Z","changed":\[/)
  const closed = admin.close()
  while (!(await hear()));
  await closed
})
