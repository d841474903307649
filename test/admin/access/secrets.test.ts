import t from 'tap'
import { createTokens, type ValidToken } from '../../../src/admin/access/bearer.ts'
import { makeToken, readToken } from '../../../src/operations/token-text.ts'

/** A ledger of tokens, and a clock. */
function setUp(valid: ValidToken[] = []) {
  const state = { time: 0, reads: 0, valid, touched: [] as string[], errors: [] as unknown[], away: false }
  const tokens = createTokens({
    ledger: {
      async valid() {
        state.reads += 1
        if (state.away) throw new Error('away')
        return [...state.valid]
      },
      async touch(tokenId) {
        state.touched.push(tokenId)
        if (state.away) throw new Error('away')
      },
    },
    now: () => state.time,
    onError: (error) => state.errors.push(error),
    freshMs: 2_000,
    restMs: 0,
    touchMs: 60_000,
  })
  return { state, tokens }
}

function made(name: string, scopes: ValidToken['scopes'] = ['read']) {
  const { id, hash, text } = makeToken()
  return { text, valid: { id, name, scopes, hash } }
}

t.test('who knows the bearer of a valid token, and nobody else', async (t) => {
  const anna = made('anna', ['operate'])
  const { tokens } = setUp([anna.valid])
  t.same(await tokens.who(anna.text), { id: anna.valid.id, name: 'anna', scopes: ['operate'] })
  const sameId = `${anna.text.slice(0, -48)}${'0'.repeat(48)}`
  for (const text of ['', 'sst_', sameId, made('x').text, `${anna.text} `, anna.text.toUpperCase(), 'Bearer x']) {
    t.equal(await tokens.who(text), undefined, text)
  }
})

t.test('who takes a token that was made a moment ago, and one of before without asking again', async (t) => {
  const [anna, boris] = [made('anna'), made('boris')]
  const { state, tokens } = setUp([anna.valid])
  await tokens.who(anna.text)
  state.valid.push(boris.valid)
  t.match(await tokens.who(boris.text), { name: 'boris' })
  t.equal(state.reads, 2)
  await tokens.who(anna.text)
  await tokens.who(boris.text)
  t.equal(state.reads, 2)
})

t.test('who refuses what was revoked, within freshMs, and at once where it was revoked here', async (t) => {
  const [anna, boris] = [made('anna'), made('boris')]
  const { state, tokens } = setUp([anna.valid, boris.valid])
  await tokens.who(anna.text)
  state.valid.shift()
  state.time = 1_999
  t.ok(await tokens.who(anna.text))
  state.time = 2_000
  t.equal(await tokens.who(anna.text), undefined)
  state.valid.shift()
  tokens.forget()
  t.equal(await tokens.who(boris.text), undefined)
})

t.test('many strangers at a time cost one read', async (t) => {
  const { state, tokens } = setUp()
  const answers = await Promise.all(Array.from({ length: 100 }, () => tokens.who(made('x').text)))
  t.same(new Set(answers), new Set([undefined]))
  t.equal(state.reads, 1)
  await Promise.all(Array.from({ length: 100 }, () => tokens.who('sst_not_one')))
  t.equal(state.reads, 1, 'what can not be a token costs none')
})

t.test('who writes the use of a token down once a minute, and says when it could not', async (t) => {
  const anna = made('anna')
  const { state, tokens } = setUp([anna.valid])
  for (const time of [0, 30_000, 59_999, 60_000, 60_001]) {
    state.time = time
    await tokens.who(anna.text)
  }
  t.same(state.touched, [anna.valid.id, anna.valid.id])
  state.time = 120_000
  tokens.forget()
  state.away = true
  await t.rejects(tokens.who(anna.text), { message: 'away' })
  state.away = false
  t.ok(await tokens.who(anna.text), 'it asks again')
})

t.test('a token is one word of letters and digits, and its hash does not tell it', async (t) => {
  const { id, hash, text } = makeToken()
  t.match(text, /^sst_[0-9a-f]{12}_[0-9a-f]{48}$/)
  t.same(readToken(text), { id, hash })
  t.notOk(text.includes(hash.toString('hex')))
  t.not(makeToken().text, text)
})
