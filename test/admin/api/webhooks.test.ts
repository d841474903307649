import t from 'tap'
import { createAdmin } from '../../helpers/admin.ts'
import { startReceiver } from '../../helpers/receiver.ts'

const URL = 'https://hooks.example.com/in'

t.test('webhooks are made, read, changed, rotated and removed, and each act is in the audit', async (t) => {
  const admin = await createAdmin(t, { WEBHOOK_ALLOW_PRIVATE: 'true' })
  const token = await admin.token('admin')
  const ask = (method: string, path: string, body?: unknown) => admin.ask(path, { method, token, body })
  const made = await ask('POST', '/api/webhooks', { url: URL, types: ['order.failed'], filter: { step: 'provision' } })
  const { id, secret } = made.json
  t.match(made, { status: 201, json: { url: URL, state: 'active', secret: /^whsec_/, description: null } })
  t.match(made.headers.get('location'), `/api/webhooks/${id}`)
  const path = `/api/webhooks/${id}`
  const read = await ask('GET', path)
  t.match(read, { status: 200, json: { id, types: ['order.failed'], filter: { step: 'provision' } } })
  t.notOk('secret' in read.json)
  const changed = await ask('PATCH', path, { types: ['stage.paused'], description: 'for the team', state: 'disabled' })
  t.match(changed, { status: 200, json: { url: URL, types: ['stage.paused'], filter: { step: 'provision' } } })
  t.match(changed.json, { description: 'for the team', state: 'disabled', disabledReason: 'by a person' })
  t.match(await ask('PATCH', path, { state: 'active' }), { json: { state: 'active', disabledReason: null } })
  const rotated = await ask('POST', `${path}/rotate`, { overlap: '1h' })
  t.match(rotated, { status: 200, json: { id, secret: /^whsec_/ } })
  t.not(rotated.json.secret, secret)
  t.match(await ask('GET', '/api/webhooks'), { status: 200, json: { items: [{ id }], next: null } })
  t.match(await ask('DELETE', path), { status: 200, json: { id } })
  t.match(await ask('GET', path), { status: 404, json: { code: 'NOT_FOUND' } })
  const acts = await admin.bench.rows("select act, actor from ledger.audit where act like 'webhook%' order by audit_id")
  t.same(
    acts.map(({ act }) => act),
    ['webhook_add', 'webhook_change', 'webhook_change', 'webhook_rotate', 'webhook_remove'],
  )
  t.ok(acts.every(({ actor }) => actor === 'a adminer'))
})

t.test('a webhook is tested, and what was delivered can be looked at and sent again', async (t) => {
  const admin = await createAdmin(t, { WEBHOOK_ALLOW_PRIVATE: 'true' })
  const token = await admin.token('admin')
  const ask = (method: string, path: string, body?: unknown) => admin.ask(path, { method, token, body })
  const receiver = await startReceiver(t)
  const { id, secret } = (await ask('POST', '/api/webhooks', { url: receiver.url, types: ['order.failed'] })).json
  receiver.trust(String(secret))
  const sent = await ask('POST', `/api/webhooks/${id}/test`)
  t.match(sent, {
    status: 200,
    json: { type: 'webhook.test', attempt: 1, state: 'delivered', status: 204, error: null },
  })
  t.match(receiver.received, [{ id: sent.json.eventId, type: 'webhook.test' }])
  receiver.answer(302)
  await ask('POST', `/api/webhooks/${id}/test`)
  const first = await ask('GET', `/api/webhooks/${id}/deliveries?limit=1`)
  t.match(first, { status: 200, json: { items: [{ state: 'failed', error: /redirects are not followed/ }] } })
  const next = await ask('GET', `/api/webhooks/${id}/deliveries?limit=1&after=${first.json.next}`)
  t.match(next.json, { items: [{ id: sent.json.id, sentAt: /Z$/ }] })
  t.match(await ask('GET', `/api/webhooks/${id}/deliveries?state=failed`), { json: { items: [{}], next: null } })
  const again = await ask('POST', `/api/deliveries/${sent.json.id}/redeliver`)
  t.match(again, { status: 202, json: { id: sent.json.id, state: 'waiting' } })
})

t.test('the API says what is wrong with a webhook, and lets only admins at it', async (t) => {
  const admin = await createAdmin(t)
  const token = await admin.token('admin')
  const post = (body: unknown) => admin.ask('/api/webhooks', { method: 'POST', token, body })
  const types = ['order.failed']
  t.match(await post({ url: URL, types: ['order.lost'] }), { status: 400, json: { code: 'BAD_REQUEST' } })
  t.match(await post({ url: 'https://0x7f.1/', types }), { status: 400, json: { detail: /not in the open internet/ } })
  t.match(await post({ url: 'http://hooks.example.com', types }), { status: 400, json: { detail: /https/ } })
  t.match(await post({ url: URL, types, secret: 'x' }), {
    status: 400,
    json: { detail: /secret: the body has no such name/ },
  })
  const operator = await admin.token('operate')
  t.match(await admin.ask('/api/webhooks', { token: operator }), { status: 403 })
  t.match(await admin.ask('/api/deliveries/x.1/redeliver', { method: 'POST', token }), { status: 404 })
})
