import t from 'tap'
import { createSecurity } from '../../src/doors/security.ts'

function build(burst = 5) {
  const lines: { message: string; kind?: string }[] = []
  const events: [string, number][] = []
  let time = 0
  const log = {
    info() {},
    error() {},
    warn: (object: object, message: string) => void lines.push({ ...object, message }),
  }
  const onEvent = (kind: string, count: number) => void events.push([kind, count])
  const security = createSecurity({ log, onEvent, now: () => time, burst, windowMs: 1_000 })
  return { security, lines, events, pass: (ms: number) => (time += ms) }
}

t.test('report says and counts each event', async (t) => {
  const { security, lines, events } = build()
  security.report('wrong_key', { ip: '192.0.2.1' })
  security.report('notification_id_reused', { ip: '192.0.2.1' }, 3)
  t.match(lines, [
    { message: 'security.wrong_key', ip: '192.0.2.1' },
    { message: 'security.notification_id_reused', count: 3 },
  ])
  t.same(events, [
    ['wrong_key', 1],
    ['notification_id_reused', 3],
  ])
})

t.test('many of one kind within the window are a burst, which is told once', async (t) => {
  const { security, lines, events, pass } = build()
  const bursts = () => lines.filter(({ message }) => message === 'security.burst')
  for (let i = 0; i < 4; i++) security.report('foreign_organization', {})
  security.report('wrong_key', {})
  t.same(bursts(), [], 'of each kind there are too few')
  security.report('foreign_organization', { ip: '192.0.2.1' })
  t.match(bursts(), [{ kind: 'foreign_organization', count: 5, ip: '192.0.2.1' }])
  security.report('foreign_organization', {})
  t.equal(bursts().length, 1)
  t.same(events.at(-2), ['burst_foreign_organization', 1])
  pass(1_000)
  for (let i = 0; i < 4; i++) security.report('foreign_organization', {})
  t.equal(bursts().length, 1, 'what was in another window does not count')
})

t.test('note is quiet about what is harmless, until it is many', async (t) => {
  const { security, lines, events } = build()
  security.note('record_deleted', {}, 4)
  t.same(lines, [])
  t.same(events, [])
  security.note('record_deleted', { ip: '192.0.2.1' }, 100)
  t.match(lines, [{ message: 'security.burst', kind: 'record_deleted', count: 104, ip: '192.0.2.1' }])
  t.same(events, [['burst_record_deleted', 1]])
})
