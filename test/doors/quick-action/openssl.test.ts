/** Requests that others have signed: openssl, and the samples. */
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { BODY_KEYS } from '../../../src/doors/quick-action/body.ts'
import { readHead } from '../../../src/doors/quick-action/headers.ts'
import { signerOf } from '../../../src/doors/quick-action/signature.ts'
import { SECRET } from '../../helpers/quick-action.ts'
import { createService } from '../../helpers/service.ts'

const SCRIPT = fileURLToPath(new URL('../../../fixtures/quick-action/click.sh', import.meta.url))
const fixture = (name: string) =>
  readFileSync(new URL(`../../../fixtures/quick-action/${name}`, import.meta.url), 'utf8')

function lacking(): string | false {
  try {
    for (const tool of ['openssl', 'curl']) execFileSync(tool, [tool === 'curl' ? '--version' : 'version'])
    return false
  } catch (error) {
    return String(error)
  }
}

t.test('a request that openssl has signed and curl has sent is accepted', { skip: lacking() }, async (t) => {
  const { service, salesforce } = await createService(t, { SF_WEBHOOK_SECRET: SECRET, SWEEP_EVERY: 'off' })
  const run = async (orderId: string, env: Record<string, string>) => {
    const options = { env: { PATH: process.env.PATH, URL: service.url, SECRET, ...env } }
    return (await promisify(execFile)('sh', [SCRIPT, orderId, '30'], options)).stdout
  }
  const orderId = salesforce.addOrder()
  t.match(await run(orderId, {}), /^HTTP\/1\.1 200 OK[\s\S]*"status":"Provisioned"/)
  t.match(await run(orderId, { SECRET: 'another' }), /^HTTP\/1\.1 401 Unauthorized[\s\S]*"code":"SIGNATURE_WRONG"/)
})

t.test('the sample of a request is signed as its headers say', async (t) => {
  const [head = '', body = ''] = fixture('request.http').split('\n\n')
  const headers = Object.fromEntries(
    head
      .split('\n')
      .slice(1)
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )
  const { signature, timestamp, nonce, waitMs } = readHead(headers)
  const bytes = Buffer.from(body)
  t.equal(signerOf(bytes, signature, [{ organizationId: '00D', secrets: ['other', SECRET] }]), '00D')
  t.equal(signerOf(bytes, signature, [{ organizationId: '00D', secrets: ['other'] }]), undefined)
  const parsed = JSON.parse(body)
  t.same(Object.keys(parsed), BODY_KEYS)
  t.match(parsed, { timestamp, nonce })
  t.equal(Number(headers['content-length']), bytes.length)
  t.equal(waitMs, 20_000)
})
