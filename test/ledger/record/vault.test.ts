import { randomBytes } from 'node:crypto'
import t from 'tap'
import { createVault } from '../../../src/ledger/record/vault.ts'
import { ORGANIZATION, salesforceId } from '../../helpers/messages.ts'

const SESSION = '00Dxx0000001gPL!AR8AQBM8J_xr9kLq東京'
const key = randomBytes(32)
const vault = createVault(key)

t.test('open gives back what seal took, also with a vault made later from the same key', async (t) => {
  t.equal(vault.open(ORGANIZATION, vault.seal(ORGANIZATION, SESSION)), SESSION)
  t.equal(createVault(Buffer.from(key)).open(ORGANIZATION, vault.seal(ORGANIZATION, SESSION)), SESSION)
  t.equal(vault.open(ORGANIZATION, vault.seal(ORGANIZATION, '')), '')
})

t.test('seal never makes the same twice, and shows nothing of the session', async (t) => {
  const [one, two] = [vault.seal(ORGANIZATION, SESSION), vault.seal(ORGANIZATION, SESSION)]
  t.notOk(one.equals(two))
  t.notOk(one.includes(SESSION.slice(0, 8)))
})

t.test('open refuses another key and another organisation', async (t) => {
  const sealed = vault.seal(ORGANIZATION, SESSION)
  t.equal(createVault(randomBytes(32)).open(ORGANIZATION, sealed), undefined)
  t.equal(vault.open(salesforceId('00D', 2), sealed), undefined)
})

t.test('open refuses what was changed, wherever', async (t) => {
  const sealed = vault.seal(ORGANIZATION, SESSION)
  for (const [i, byte] of sealed.entries()) {
    const changed = Buffer.from(sealed)
    changed[i] = byte ^ 1
    t.equal(vault.open(ORGANIZATION, changed), undefined, `byte ${i}`)
  }
})

t.test('open refuses what is too short, of whatever length', async (t) => {
  const sealed = vault.seal(ORGANIZATION, SESSION)
  for (let length = 0; length < sealed.length; length++) {
    t.equal(vault.open(ORGANIZATION, sealed.subarray(0, length)), undefined, `${length} bytes`)
  }
})

t.test('createVault takes 32 bytes and nothing else', async (t) => {
  for (const bytes of [0, 16, 31, 33]) t.throws(() => createVault(randomBytes(bytes)).seal(ORGANIZATION, SESSION))
})
