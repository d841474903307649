import { Webhook } from 'standardwebhooks'
import t from 'tap'
import { signatureOf } from '../../../src/notices/webhooks/signature.ts'

const ONE = `whsec_${Buffer.from('one-one-one-one-one-one-').toString('base64')}`
const OTHER = `whsec_${Buffer.from('other-other-other-other-').toString('base64')}`
const id = 'evt_1'
const timestamp = Math.floor(Date.now() / 1_000)
const body = '{"type":"order.provisioned","data":{"name":"Zoë"}}'

function verify(secret: string, secrets: string[]) {
  const signature = signatureOf({ id, timestamp, body, secrets })
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature }
  return new Webhook(secret).verify(body, headers)
}

t.test('signatureOf signs what the standard library verifies', async (t) => {
  t.match(verify(ONE, [ONE]), { type: 'order.provisioned' })
  t.throws(() => verify(OTHER, [ONE]), /No matching signature/)
})

t.test('signatureOf signs with each of several secrets, so that either is enough', async (t) => {
  t.match(verify(ONE, [OTHER, ONE]), { type: 'order.provisioned' })
  t.match(verify(OTHER, [OTHER, ONE]), { type: 'order.provisioned' })
})
