import t from 'tap'
import { exchangesOf, note, notingFor } from '../../src/runtime/exchanges.ts'

t.test('note is about whatever the work is done for, also after an await', async (t) => {
  const [first, second] = [{}, {}]
  await Promise.all(
    [first, second].map((subject, i) =>
      notingFor(subject, async () => {
        await Promise.resolve()
        note({ action: `a${i}`, answered: i })
      }),
    ),
  )
  note({ action: 'nobody asked', answered: 1 })
  t.same(exchangesOf(first), [{ action: 'a0', answered: 0 }])
  t.same(exchangesOf(second), [{ action: 'a1', answered: 1 }])
  t.equal(exchangesOf({}), undefined)
})

t.test('note masks secrets and what is about a person, wherever it is', async (t) => {
  const subject = {}
  const asked = {
    clientid: '7',
    email: 'a@b.c',
    notes: 'sfOrderId=801',
    nested: [{ PhoneNumber: '1', password2: 'x' }],
  }
  note({ action: 'AddClient', asked, answered: 'session 00D000000000001!AQ0.x_y refused' }, subject)
  t.same(exchangesOf(subject), [
    {
      action: 'AddClient',
      asked: {
        clientid: '7',
        email: '***',
        notes: 'sfOrderId=801',
        nested: [{ PhoneNumber: '***', password2: '***' }],
      },
      answered: 'session *** refused',
    },
  ])
})

t.test('note bounds what is kept', async (t) => {
  const subject = {}
  for (let i = 0; i < 30; i++) note({ action: 'GetOrders', answered: { orders: 'x'.repeat(10_000) } }, subject)
  const kept = exchangesOf(subject) ?? []
  t.equal(kept.length, 20)
  t.equal(String(kept[0]?.answered).length, 4_001)
})
