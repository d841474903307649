import t from 'tap'
import { createScrub } from '../../../src/operations/bundle/scrub.ts'

const scrub = createScrub(['s3cret-value', 'abc', 's3cret'])

const CASES: [string, string, string][] = [
  ['a secret by its value, the longest first', 'with s3cret-value and s3cret', 'with (hidden) and (hidden)'],
  ['no value that is too short for one', 'abc is a word', 'abc is a word'],
  ['an e-mail address', 'to zoë.o’x@mail.example.org, now', 'to zoë.o’(e-mail), now'],
  ['a session id', 'sid 00D000000000001!AQ.abc_1 refused', 'sid (token) refused'],
  ['a token of ours', 'token sst_ab12_XyZ', 'token (token)'],
  ['a JWT', 'sent eyJhbGciOi.eyJzdWIi.c2ln', 'sent (token)'],
  ['a bearer', 'Authorization: Bearer xyz.abc', 'Authorization: (token)'],
  ['user and password of a URL', 'postgres://anna:pw@db/x', 'postgres://(hidden)@db/x'],
  ['the query of a URL', 'https://x.example/a?key=1&b=2 said', 'https://x.example/a?(hidden) said'],
]

for (const [what, text, left] of CASES) {
  t.test(`createScrub hides ${what}`, async (t) => t.equal(scrub(text), left))
}
