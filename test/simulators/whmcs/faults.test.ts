import t from 'tap'
import { startWhmcs, type WhmcsFault } from '../whmcs.ts'
import { call, done, ORDER, raw, start } from './test-client.ts'

t.test('lost-reply, late and hang do the work and leave the caller in the dark', async (t) => {
  const faults: WhmcsFault[] = [
    { on: 'AddOrder', kind: 'lost-reply' },
    { on: 'any', kind: 'late', ms: 200 },
    { on: 'addorder', kind: 'hang' },
  ]
  for (const fault of faults) {
    const whmcs = await start(t)
    whmcs.faults.push(fault)
    const finished = done(whmcs)
    const hangUp = new AbortController()
    const answered = raw(whmcs, { action: 'AddOrder', ...ORDER }, hangUp.signal)
    if (fault.kind === 'late') {
      await t.rejects(answered)
      t.equal(whmcs.orders().length, 0, 'not yet done when the connection drops')
    }
    const { order } = await finished
    t.match(order, { status: 'Pending', notes: 'sfOrderId=801AAA' })
    hangUp.abort()
    await t.rejects(answered, fault.kind)
    t.equal(whmcs.orders().length, 1)
    t.match((await call(whmcs, 'AddOrder', ORDER)).body, { result: 'success' }, 'a fault hits once')
  }
})

t.test('reset and hang-before do nothing', async (t) => {
  for (const kind of ['reset', 'hang-before'] as const) {
    const whmcs = await start(t)
    whmcs.faults.push({ on: 'AddOrder', kind })
    const hangUp = new AbortController()
    whmcs.on('call', () => setImmediate(() => kind === 'hang-before' && hangUp.abort()))
    await t.rejects(raw(whmcs, { action: 'AddOrder', ...ORDER }, hangUp.signal), kind)
    t.equal(whmcs.orders().length, 0)
    t.equal(whmcs.calls.AddOrder, 1)
  }
})

t.test('html-500 and cut-json answer badly after the work', async (t) => {
  const whmcs = await start(t)
  whmcs.faults.push({ on: 'AddOrder', kind: 'html-500' })
  const broken = await raw(whmcs, { action: 'AddOrder', ...ORDER })
  t.match({ status: broken.status, body: await broken.text() }, { status: 500, body: /EmitterException/ })
  t.match(broken.headers.get('content-type'), 'text/html')

  whmcs.faults.push({ on: 'AddOrder', kind: 'cut-json' })
  const cut = await raw(whmcs, { action: 'AddOrder', ...ORDER })
  t.equal(cut.status, 200)
  t.match(await cut.text(), /^\{"result":"success".*[^}]$/)
  t.equal(whmcs.orders().length, 2)
})

t.test('status works only when told to, error and warning never do', async (t) => {
  const whmcs = await start(t)
  const on = 'AddOrder'
  whmcs.faults.push({ on, kind: 'status', status: 503, body: 'busy', contentType: 'text/plain' })
  whmcs.faults.push({ on, kind: 'status', status: 502, body: '<h1>Bad gateway</h1>', work: true })
  whmcs.faults.push({ on, kind: 'error', message: 'Invalid IP 10.0.0.1', status: 403, times: 2, delayMs: 1 })
  whmcs.faults.push({ on, kind: 'warning' })

  const busy = await raw(whmcs, { action: on, ...ORDER })
  t.match([busy.status, await busy.text(), busy.headers.get('content-type')], [503, 'busy', 'text/plain'])
  t.equal(whmcs.orders().length, 0)
  t.equal((await raw(whmcs, { action: on, ...ORDER })).status, 502)
  t.equal(whmcs.orders().length, 1)
  for (let time = 0; time < 2; time += 1) {
    t.match(await call(whmcs, on, ORDER), { status: 403, body: { result: 'error', message: 'Invalid IP 10.0.0.1' } })
  }
  t.match((await call(whmcs, 'GetOrders')).body, { result: 'success' }, 'other actions are spared')
  const { status, body } = await call(whmcs, on, ORDER)
  t.equal(status, 200)
  t.strictSame(Object.keys(body), ['warning'])
  t.equal(whmcs.orders().length, 1)

  whmcs.faults.push({ on: 'any', kind: 'reset', times: 99 })
  whmcs.faults.clear()
  t.match((await call(whmcs, on, ORDER)).body, { result: 'success' })
})

t.test('call comes before the work and done before the reply', async (t) => {
  const whmcs = await start(t, { latencyMs: 5 })
  const seen: string[] = []
  whmcs.on('call', ({ action, order }) => seen.push(`call ${action} ${order?.status}`))
  whmcs.on('done', ({ action, order, params }) => seen.push(`done ${action} ${order?.status} ${params.clientid}`))
  const { body } = await call(whmcs, 'AddOrder', ORDER)
  seen.push('reply')
  await call(whmcs, 'AcceptOrder', { orderid: String(body.orderid) })
  t.strictSame(seen, [
    'call AddOrder undefined',
    'done AddOrder Pending 7',
    'reply',
    'call AcceptOrder Pending',
    'done AcceptOrder Active undefined',
  ])
})

t.test('close ends hanging calls and forgets late work', async (t) => {
  const whmcs = await startWhmcs()
  whmcs.faults.push({ on: 'AddOrder', kind: 'late', ms: 60_000 })
  await t.rejects(raw(whmcs, { action: 'AddOrder', ...ORDER }))
  whmcs.faults.push({ on: 'AddOrder', kind: 'hang' })
  const finished = done(whmcs)
  const hanging = t.rejects(raw(whmcs, { action: 'AddOrder', ...ORDER }))
  await finished
  await whmcs.close()
  await hanging
  t.equal(whmcs.orders().length, 1)
})

t.test('a body of a megabyte is read whole', async (t) => {
  const whmcs = await start(t)
  const notes = `sfOrderId=801BIG ${'é'.repeat(150_000)}`
  t.match((await call(whmcs, 'AddOrder', { ...ORDER, notes })).body, { result: 'success' })
  t.equal(whmcs.ordersFor('801BIG')[0]?.notes, notes)
  t.match((await call(whmcs, 'GetOrders')).body, { orders: { order: [{ notes }] } })
})
