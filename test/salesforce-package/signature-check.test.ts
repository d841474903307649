/** The program of the package's README that tells why a signature was refused. */
import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import t from 'tap'
import { PACKAGE } from './expected.ts'

const [, program = ''] = /```js\n([\s\S]*?)```/.exec(PACKAGE.get('README.md') ?? '') ?? []
const SECRET = 'the text of a secret'
const BODY = '{"orderId":"801000000000001AAA","timestamp":"2026-11-25T10:00:00.000Z","nonce":"n"}'
const sign = (secret: string) => createHmac('sha256', secret).update(BODY).digest('hex')

t.test('the check of the signature tells what came', async (t) => {
  const child = spawn(
    process.execPath,
    ['-e', `${program}; server.on('listening', () => console.log(server.address().port))`],
    {
      env: { SECRET, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  t.teardown(() => child.kill())
  const lines = createInterface(child.stdout)
  const [port] = await once(lines, 'line')
  const cases: [Record<string, string>, string][] = [
    [{ 'x-sf-signature': sign(SECRET) }, 'right'],
    [{ 'x-sf-signature': sign(SECRET).toUpperCase() }, 'right'],
    [{ 'x-sf-signature': sign(`${SECRET}\n`) }, 'another secret'],
    [{ 'x-sf-signature': "{!HEX(HMAC('SHA-256')))}" }, 'not evaluated'],
    [{}, 'not evaluated'],
  ]
  for (const [headers, verdict] of cases) {
    const answered = fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: BODY, headers })
    const [line] = await once(lines, 'line')
    t.ok(line.startsWith(`${verdict} {`), line)
    t.equal((await answered).status, 202)
  }
})
