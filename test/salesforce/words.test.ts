import t from 'tap'
import { whereTo, words } from '../../src/salesforce/words.ts'

t.test('words makes one line of a page, without what no person reads', async (t) => {
  const page =
    '<!DOCTYPE html><html><script>alert("x")</script><!-- no --><body>\r\n<p>Down &amp; out<br>until\tnoon</p>'
  t.equal(words(page), 'Down & out until noon')
  t.equal(words('1 < 2 and 3 > 2'), '1 < 2 and 3 > 2', 'text is no page')
  t.equal(words('<html><script>never closed'), '')
})

t.test('words lets nothing reach a terminal that is no text', async (t) => {
  t.equal(words('a\u001b[31mb\u0000\u009bc\u202Ed\u2028e\uD800f'), 'a [31mb c d e f')
})

t.test('words is bounded, and halves no character', async (t) => {
  t.equal(words('x'.repeat(300)).length, 300)
  t.equal(words(`${'x'.repeat(298)}😀😀`), `${'x'.repeat(298)}…`)
  t.equal(words('y'.repeat(9_000_000)).length, 300)
})

t.test('words repeats no secret', async (t) => {
  const secrets = [
    'session 00D000000000001!AQEAQ.a_secret.x refused',
    'Bearer 00Dxx0a_secret',
    'assertion eyJhbGciOi.a_secret.a_secret-',
    'client_secret=a_secret&x=1',
    '{"access_token":"a_secret","id":1}',
    'sid: a_secret_of_20_chars',
    'password = a_secret',
  ]
  for (const secret of secrets) t.notMatch(words(secret), 'a_secret', secret)
  t.equal(words('INVALID_SESSION_ID: Session expired or invalid'), 'INVALID_SESSION_ID: Session expired or invalid')
  t.equal(words('this consumer key: unknown token type'), 'this consumer key: unknown token type')
})

t.test('whereTo names the address of a redirect, without its query', async (t) => {
  t.equal(whereTo('https://login.example.com/a?token=x#y'), 'https://login.example.com/a')
  t.equal(whereTo(undefined), 'nowhere')
})
