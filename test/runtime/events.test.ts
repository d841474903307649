import t from 'tap'
import { EVENTS } from '../../src/runtime/events.ts'
import { logCalls, sources } from '../helpers/log-calls.ts'

const listed = Object.keys(EVENTS)
const isListed = (name: string) => listed.includes(name) || name.startsWith('security.')
t.test('every event that the code logs is in the table', async (t) => {
  const calls = logCalls()
  t.ok(calls.length > 60, 'they were found')
  const unknown = calls.filter(({ name }) => !name.includes('$') && !isListed(name))
  t.same(unknown, [])
})

t.test('every event of the table stands somewhere in the code', async (t) => {
  const code = sources().join('')
  // Put together of a prefix and a result.
  const stands = (event: string) => code.includes(`'${event}'`) || code.includes(`\`${event.replace(/\.\S+$/, '.')}\${`)
  t.same(
    listed.filter((event) => !stands(event)),
    [],
  )
})

t.test('every event has a name of two parts and a meaning', async (t) => {
  for (const [name, meaning] of Object.entries(EVENTS)) {
    t.match(name, /^[a-z_]+\.(?:[a-z_]+|\*)$/)
    t.match(meaning, /^[a-zA-Z].{8,}[^.]$/, name)
  }
})
