import t from 'tap'
import type { Reply, WhmcsClient } from '../../src/whmcs/client.ts'
import { idOf, readAll, rowsOf } from '../../src/whmcs/lists.ts'
import { createAdapter, provisionRequest } from '../helpers/whmcs.ts'

const LIST = { action: 'GetOrders', plural: 'orders', singular: 'order', parameters: {}, timeoutMs: 10_000 }
const { signal } = new AbortController()

/** A WHMCS that gives these pages, one a call; `asked` is what it was asked for. */
function paged(pages: Record<string, unknown>[]) {
  const asked: unknown[] = []
  const client: WhmcsClient = {
    call: async (_action, parameters): Promise<Reply> => {
      asked.push(parameters)
      return { kind: 'success', body: pages[asked.length - 1] ?? { totalresults: 0, orders: '' } }
    },
  }
  return { client, asked }
}

t.test('rowsOf reads every shape in which WHMCS gives a list', async (t) => {
  const one = { id: 1 }
  const two = { id: 2 }
  const shapes: [unknown, unknown[]][] = [
    [{ order: [one, two] }, [one, two]],
    [{ order: { 0: one, 1: two } }, [one, two]],
    [{ order: { 3: one } }, [one]],
    [{ order: one }, [one]],
    [{ order: [] }, []],
    [{}, []],
    ['', []],
    [[], []],
    [null, []],
    [undefined, []],
    [{ order: null }, []],
    [{ order: {} }, [{}]],
    [{ order: ['x', null, one] }, [one]],
    [{ order: { 0: 'x', 1: one } }, [one]],
  ]
  for (const [container, rows] of shapes) t.same(rowsOf(container, 'order'), rows, JSON.stringify(container))
})

t.test('idOf gives text for what differs from action to action', async (t) => {
  t.equal(idOf(7), '7')
  t.equal(idOf('7'), '7')
  for (const value of [null, undefined, {}, [7], true]) t.equal(idOf(value), '')
})

t.test('readAll goes on where it is, when a page has fewer rows than it asked for', async (t) => {
  const { client, asked } = paged([
    { totalresults: '5', orders: { order: [{ id: 1 }, { id: 2 }] } },
    { totalresults: '5', orders: { order: { 0: { id: 3 }, 1: { id: 4 } } } },
    { totalresults: '5', orders: { order: { id: 5 } } },
  ])
  const { rows, incomplete } = await readAll(client, { ...LIST, parameters: { userid: '7' } }, signal)
  t.equal(incomplete, undefined)
  t.same(rows, [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }, { id: 5 }])
  t.same(asked, [
    { userid: '7', limitstart: 0, limitnum: 250 },
    { userid: '7', limitstart: 2, limitnum: 1_000 },
    { userid: '7', limitstart: 4, limitnum: 1_000 },
  ])
})

t.test('readAll ends at an empty page, and says so when there should be more', async (t) => {
  const { client, asked } = paged([{ totalresults: 500, orders: { order: [{ id: 1 }] } }])
  t.same(await readAll(client, LIST, signal), {
    rows: [{ id: 1 }],
    incomplete: 'GetOrders counts 500 and gives 1',
  })
  t.equal(asked.length, 2)
})

t.test('readAll takes a page without a total for all only when the next one is empty', async (t) => {
  for (const totalresults of [undefined, '', null, 'many']) {
    const full = { totalresults, orders: { order: [{ id: 1 }, { id: 2 }] } }
    const { client, asked } = paged([
      full,
      { totalresults, orders: { order: [{ id: 3 }] } },
      { totalresults, orders: '' },
    ])
    t.same(await readAll(client, LIST, signal), { rows: [{ id: 1 }, { id: 2 }, { id: 3 }] })
    t.equal(asked.length, 3)
  }
})

t.test('readAll does not take a full page for all because the total says no more than that', async (t) => {
  const order = Array.from({ length: 250 }, (_, i) => ({ id: i + 1 }))
  const { client } = paged([
    { totalresults: 250, orders: { order } },
    { totalresults: 251, orders: { order: [{ id: 251 }] } },
  ])
  t.equal((await readAll(client, LIST, signal)).rows.length, 251)
})

t.test('readAll gives a row once that comes twice, and says when another one is missing for it', async (t) => {
  const { client } = paged([
    { totalresults: 3, orders: { order: [{ id: 1 }, { id: 2 }] } },
    { totalresults: 3, orders: { order: [{ id: 2 }] } },
  ])
  const { rows, incomplete } = await readAll(client, LIST, signal)
  t.same(rows, [{ id: 1 }, { id: 2 }])
  t.equal(incomplete, 'GetOrders counts 3 and gives 2')
})

t.test('readAll asks no list for ever', async (t) => {
  let id = 0
  const endless = (next: () => number): WhmcsClient => ({
    call: async () => ({ kind: 'success', body: { totalresults: 1e9, orders: { order: [{ id: next() }] } } }),
  })
  t.match(
    await readAll(
      endless(() => 1),
      LIST,
      signal,
    ),
    { rows: [{ id: 1 }], incomplete: /repeats its pages/ },
  )
  await t.rejects(
    readAll(
      endless(() => ++id),
      LIST,
      signal,
    ),
    {
      code: 'WHMCS_UNAVAILABLE',
      message: 'GetOrders: more than 1000 pages',
    },
  )
})

t.test('readAll asks for less at a time where a large page is too much for WHMCS', async (t) => {
  const asked: unknown[] = []
  const client: WhmcsClient = {
    async call(_action, { limitstart, limitnum }): Promise<Reply> {
      asked.push(limitnum)
      if (limitnum === 1_000) return { kind: 'unclear', detail: 'HTTP 500 without JSON' }
      return { kind: 'success', body: { totalresults: 3, orders: { order: [{ id: Number(limitstart) + 1 }] } } }
    },
  }
  t.equal((await readAll(client, LIST, signal)).rows.length, 3)
  t.same(asked, [250, 1_000, 250, 250])
})

t.test('readAll throws for a page that failed', async (t) => {
  const { whmcs, client } = await createAdapter(t)
  whmcs.faults.push({ on: 'GetOrders', kind: 'reset' })
  await t.rejects(readAll(client, LIST, signal), { code: 'WHMCS_UNAVAILABLE' })
  whmcs.faults.push({ on: 'GetOrders', kind: 'error', message: 'Invalid IP 10.0.0.1', status: 403 })
  await t.rejects(readAll(client, LIST, signal), { code: 'WHMCS_ACCESS_REFUSED' })
})

t.test('readAll reads hundreds of rows from a real install, in every shape', async (t) => {
  const { whmcs, client, orders } = await createAdapter(t)
  t.same(await readAll(client, LIST, signal), { rows: [] })
  for (let i = 0; i < 251; i++) await orders.add(provisionRequest(), signal)
  for (const shape of ['array', 'numeric', 'single'] as const) {
    whmcs.listShape = shape
    const { rows } = await readAll(client, LIST, signal)
    t.equal(new Set(rows.map((row) => idOf(row.id))).size, 251, shape)
  }
})
