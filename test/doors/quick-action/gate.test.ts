import Fastify from 'fastify'
import t from 'tap'
import { createQuickAction } from '../../../src/doors/quick-action/door.ts'
import type { QuickActionOptions } from '../../../src/doors/quick-action/ports.ts'
import { answerProblems } from '../../../src/http/problems.ts'
import { clickOf, SECRET } from '../../helpers/quick-action.ts'

const ORDER = '801000000000001AAA'
const silent = { info() {}, warn() {}, error() {} }

function build(options: Partial<QuickActionOptions>) {
  const app = Fastify()
  answerProblems(app)
  const door = createQuickAction({
    signers: () => [
      { organizationId: 'first', secrets: ['of the first'] },
      { organizationId: 'second', secrets: [SECRET] },
    ],
    clicks: { take: async () => ({ kind: 'recorded' }), keep: async () => {} },
    orders: { status: async () => undefined, settled: async () => ({ over: false, status: undefined }) },
    gate: { admits: () => true },
    toleranceMs: 300_000,
    now: () => new Date(),
    security: { report() {} },
    log: silent,
    ...options,
  })
  app.register(async (scope) => door.routes?.(scope))
  return async (click = clickOf({ orderId: ORDER })) => {
    const { path: url, headers, body: payload } = click
    const reply = await app.inject({ method: 'POST', url, headers, payload })
    return { ...reply.json(), status: reply.statusCode }
  }
}

t.test(
  'who is not on the list of addresses is told no more than that, after the size and before the headers',
  async (t) => {
    const send = build({ gate: { admits: ({ ip }) => ip !== '127.0.0.1' } })
    t.match(await send(), { status: 403, code: 'ADDRESS_REFUSED' })
    t.match(await send(clickOf({ orderId: ORDER, headers: { 'x-sf-nonce': '' } })), { status: 403 })
    t.match(await send(clickOf({ orderId: ORDER, body: 'x'.repeat(20_000) })), { status: 413 })
  },
)

t.test('what became of a stored click is told, whether or not the ledger keeps the answer', async (t) => {
  const status = {
    orderId: ORDER,
    status: 'Provisioned' as const,
    whmcsOrderId: '7',
    settled: true,
    updatedAt: new Date(),
  }
  const orders = { status: async () => undefined, settled: async () => ({ over: true, status }) }
  const keep = async (error: Error) => {
    const clicks = { take: async () => ({ kind: 'recorded' as const }), keep: () => Promise.reject(error) }
    return await build({ clicks, orders })(clickOf({ orderId: ORDER, wait: 5 }))
  }
  const away = Object.assign(new Error('no connection'), { name: 'LedgerUnavailable' })
  t.match(await keep(away), { status: 200, success: true, whmcsOrderId: '7' })
  t.match(await keep(new Error('a fault of ours')), { status: 500 })
})

t.test('the organisation is the one whose secret has signed', async (t) => {
  const taken: string[] = []
  const send = build({
    clicks: {
      async take({ message }) {
        taken.push(message.organizationId)
        return { kind: 'recorded' }
      },
      async keep() {},
    },
  })
  await send()
  await send(clickOf({ orderId: ORDER, secret: 'of the first' }))
  t.same(taken, ['second', 'first'])
})

t.test('while the ledger is away a click is told to come again', async (t) => {
  const away = Object.assign(new Error('gone'), { name: 'LedgerUnavailable' })
  const send = build({ clicks: { take: () => Promise.reject(away), keep: async () => {} } })
  t.match(await send(), { status: 503, code: 'LEDGER_AWAY' })
})

t.test('a wish to wait is read as the standard has it, and never longer than a minute', async (t) => {
  const waits: number[] = []
  const send = build({
    orders: {
      status: async () => undefined,
      async settled(_, ms) {
        waits.push(ms)
        return { over: false, status: undefined }
      },
    },
  })
  for (const prefer of ['wait=5', 'respond-async, wait=7', 'wait="8"; foo=bar', 'wait=600', 'WAIT = 9']) {
    await send(clickOf({ orderId: ORDER, headers: { prefer } }))
  }
  t.same(waits, [5_000, 7_000, 8_000, 60_000, 9_000])
  for (const prefer of ['wait=0', 'wait=soon', 'await=5', 'wait=-1', ''])
    await send(clickOf({ orderId: ORDER, headers: { prefer } }))
  t.equal(waits.length, 5)
})

t.test('the time of a request may be as far from ours as the tolerance, either way, and no further', async (t) => {
  const at = Date.parse('2026-11-25T10:00:00.000Z')
  const send = build({ now: () => new Date(at), toleranceMs: 300_000 })
  for (const [ms, status] of [
    [300_000, 202],
    [300_001, 401],
    [-300_000, 202],
    [-300_001, 401],
  ] as const) {
    const timestamp = new Date(at - ms).toISOString()
    t.match(await send(clickOf({ orderId: ORDER, timestamp })), { status }, `${ms}`)
  }
  for (const timestamp of ['2026-11-25T10:00:00Z', '2026-11-25T10:00:00.123456+00:00']) {
    t.match(await send(clickOf({ orderId: ORDER, timestamp })), { status: 202 }, timestamp)
  }
})
