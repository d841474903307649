import fc from 'fast-check'
import t from 'tap'
import { toId18 } from '../../src/domain/salesforce-id.ts'

const id15 = fc.stringMatching(/^[a-zA-Z0-9]{15}$/)

t.test('toId18 computes the checksum that Salesforce computes', async (t) => {
  const known = { a0D30000001n7Pi: 'EAI', AbCdEfGhIjKlMnO: 'VKV', '0F9E000000092w2': 'KAA', '00DSs000000SOAP': 'MA4' }
  for (const [id, checksum] of Object.entries(known)) {
    t.equal(toId18(id), id + checksum)
    t.equal(toId18(id + checksum), id + checksum)
  }
})

t.test('toId18 keeps the 15 characters and finds the same for both forms', async () => {
  fc.assert(
    fc.property(id15, (id) => {
      const long = toId18(id) ?? ''
      return long.length === 18 && long.startsWith(id) && toId18(long) === long
    }),
  )
})

t.test('toId18 keeps ids apart that differ only in case, even where case is lost afterwards', async () => {
  const flips = fc.array(fc.boolean(), { minLength: 15, maxLength: 15 })
  fc.assert(
    fc.property(id15, flips, (id, flip) => {
      const other = [...id].map((char, i) => (flip[i] ? swapCase(char) : char)).join('')
      return other === id || toId18(other)?.toLowerCase() !== toId18(id)?.toLowerCase()
    }),
  )
})

t.test('toId18 never lets a wrong checksum through', async (t) => {
  fc.assert(
    fc.property(id15, fc.stringMatching(/^[a-zA-Z0-9]{3}$/), (id, suffix) => toId18(id + suffix) === toId18(id)),
  )
  t.equal(toId18('a0D30000001n7PiAAA'), 'a0D30000001n7PiEAI')
})

t.test('toId18 takes nothing else', async (t) => {
  const wrong = ['', 'a0D30000001n7P', 'a0D30000001n7PiE', 'a0D30000001n7PiEAIA', 'a0D30000001n7-i', 'ａ0D30000001n7Pi']
  for (const text of [...wrong, ' a0D30000001n7Pi', 'a0D30000001n7Pi\n', "a0D30000001n7Pi' OR"]) {
    t.equal(toId18(text), undefined, JSON.stringify(text))
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
      return /^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(text) || toId18(text) === undefined
    }),
  )
})

function swapCase(char: string): string {
  return char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase()
}
