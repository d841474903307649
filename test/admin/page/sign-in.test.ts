import t, { type Test } from 'tap'
import { safeNext } from '../../../src/admin/page/sign-in.ts'
import { type Admin, createAdmin } from '../../helpers/admin.ts'
import { until } from '../../helpers/until.ts'

/** As a browser sends a form from a page of ours. */
function submit(admin: Admin, path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  return admin.ask(path, {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: admin.adminUrl, ...headers },
  })
}

async function signIn(admin: Admin, token: string) {
  const answer = await submit(admin, '/admin/sign-in', { token })
  const cookie = answer.headers.get('set-cookie') ?? ''
  return { answer, cookie, headers: { cookie: cookie.split(';')[0] ?? '' } }
}

t.test('who is not signed in sees the form and nothing else', async (t) => {
  const admin = await createAdmin(t)
  t.match((await admin.ask('/admin')).headers.get('location'), '/admin/')
  for (const path of ['/admin/', '/admin/sessions']) {
    const answer = await admin.ask(path)
    t.match(answer, { status: 303, text: '' })
    t.equal(answer.headers.get('location'), `/admin/sign-in?next=${encodeURIComponent(path)}`)
  }
  const form = await admin.ask('/admin/sign-in?next=/admin/sessions')
  t.match(form, { status: 200, text: /name="token"/ })
  t.match(form.text, /name="next" value="\/admin\/sessions"/)
  t.match(form.text, /soapstone token create/)
  t.match(form.headers.get('content-security-policy'), /^default-src 'none'; /)
  t.notMatch(form.headers.get('content-security-policy'), /unsafe/)
  t.equal(form.headers.get('referrer-policy'), 'same-origin')
  t.equal(form.headers.get('cache-control'), 'no-store')
  t.match(await admin.ask('/admin/assets/style.css'), { status: 200, text: /color-scheme/ })
})

t.test('a token signs in, and signing out ends the session on the server', async (t) => {
  const admin = await createAdmin(t)
  const { answer, cookie, headers } = await signIn(admin, ` ${await admin.token('read')}\n`)
  t.match(answer, { status: 303 })
  t.equal(answer.headers.get('location'), '/admin/')
  t.match(cookie, /^soapstone_session=[0-9a-f]{12}_[0-9a-f]{48}; Path=\/; HttpOnly; SameSite=Strict$/)
  t.match(await admin.ask('/admin/', { headers }), {
    status: 200,
    text: /<summary>a reader<\/summary><div><p class="quiet">May read</,
  })
  t.match(await admin.ask('/api/', { headers }), { status: 200, text: /openapi\.json/ })
  const stored = await admin.bench.rows('select s::text as row from ledger.session s')
  t.notOk(String(stored[0]?.row).includes(headers.cookie.slice(-48)), 'the secret is not kept')

  const out = await submit(admin, '/admin/sign-out', {}, headers)
  t.match(out, { status: 303 })
  t.match(out.headers.get('set-cookie'), /^soapstone_session=; .*Max-Age=0/)
  t.match(await admin.ask('/admin/', { headers }), { status: 303 }, 'the cookie opens nothing any more')
  t.equal(await admin.bench.value('select count(*)::integer from ledger.session'), 0)
  const log = admin.log.map((line) => JSON.parse(line))
  t.ok(log.some(({ msg, name }) => msg === 'sign_in.done' && name === 'a reader'))
  t.notOk(admin.log.join().includes(headers.cookie.slice(-48)), 'no secret is in the log')
  const acts = await admin.bench.rows(
    "select act, actor, via, address, token_id is not null as token from ledger.audit where via = 'page' order by audit_id",
  )
  const same = { actor: 'a reader', via: 'page', address: '127.0.0.1', token: true }
  t.same(acts, [
    { act: 'sign_in', ...same },
    { act: 'sign_out', ...same },
  ])
})

t.test('what is no token, or not for the page, does not sign in', async (t) => {
  const admin = await createAdmin(t)
  t.match((await signIn(admin, 'nonsense')).answer, { status: 401, text: /not a valid token/ })
  t.match((await signIn(admin, await admin.token('status'))).answer, { status: 401, text: /for status alone/ })
  t.match((await signIn(admin, '<script>')).answer.text, /^(?!.*<script>)/s)
  t.equal(await admin.bench.value('select count(*)::integer from ledger.session'), 0)
  const refused =
    "select reason from ledger.audit where act = 'sign_in_refused' and address = '127.0.0.1' order by reason"
  const rows = await until(async () => {
    const found = await admin.bench.rows(refused)
    return found.length === 3 && found
  }, 'three rows of the audit')
  t.match(rows, [{ reason: 'not a valid token' }, {}, { reason: /lacks the scope read/ }])
})

t.test('ten tries a minute from one address, then no more', async (t) => {
  const admin = await createAdmin(t)
  const statuses: number[] = []
  for (let i = 0; i < 12; i++) statuses.push((await signIn(admin, `guess ${i}`)).answer.status)
  t.same(statuses, [...Array(10).fill(401), 429, 429])
  t.match(await admin.ask('/admin/sign-in'), { status: 200 }, 'the form can still be seen')
})

t.test('a POST whose Origin is missing or foreign is refused', async (t) => {
  const admin = await createAdmin(t)
  const token = await admin.token('admin')
  const { headers } = await signIn(admin, token)
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: admin.adminUrl.replace('http:', 'https:') },
    { origin: admin.adminUrl, 'sec-fetch-site': 'cross-site' },
    { origin: admin.adminUrl, 'sec-fetch-site': 'same-site' },
  ]
  for (const path of ['/admin/sign-in', '/admin/sign-out', '/admin/sessions/0123456789ab/end']) {
    for (const more of foreign) {
      t.match(
        await submit(admin, path, { token }, { ...headers, ...more }),
        { status: 403 },
        JSON.stringify([path, more]),
      )
    }
    t.match(await admin.ask(path, { method: 'POST', headers }), { status: 403 }, `${path} without an Origin`)
  }
  const api = { method: 'POST', body: { name: 'x', scopes: ['admin'] }, headers }
  t.match(await admin.ask('/api/tokens', api), { status: 403, json: { code: 'FOREIGN_ORIGIN' } })
  const ours = { ...api, headers: { ...headers, origin: admin.adminUrl, 'sec-fetch-site': 'same-origin' } }
  t.match(await admin.ask('/api/tokens', ours), { status: 201 }, 'the page itself may use the API')
})

t.test('behind a proxy the origin is that of ADMIN_URL, and the cookie goes by TLS alone', async (t) => {
  const admin = await createAdmin(t, { ADMIN_URL: 'https://soapstone.example.com', TRUST_PROXY: '127.0.0.1' })
  const token = await admin.token('read')
  const proxied = { origin: 'https://soapstone.example.com', 'x-forwarded-proto': 'https' }
  const { status, headers } = await submit(admin, '/admin/sign-in', { token }, proxied)
  t.equal(status, 303)
  t.match(headers.get('set-cookie'), /; HttpOnly; SameSite=Strict; Secure$/)
  const other = { ...proxied, origin: 'https://soapstone.example.com.evil.example' }
  t.match(await submit(admin, '/admin/sign-in', { token }, other), { status: 403 })
})

t.test('a strict cookie survives a link from elsewhere: the page opens itself once more', async (t) => {
  const admin = await createAdmin(t)
  const from = await admin.ask('/admin/sessions?x="><b>', { headers: { 'sec-fetch-site': 'cross-site' } })
  t.match(from, { status: 200, text: /http-equiv="refresh" content="0;url=\/admin\/sessions\?x=/ })
  t.notMatch(from.text, /<b>/)
  const again = await admin.ask('/admin/sessions', { headers: { 'sec-fetch-site': 'same-origin' } })
  t.match(again, { status: 303 })
})

t.test('sessions are listed and ended: one sees his own, an admin all', async (t) => {
  const admin = await createAdmin(t)
  const [anna, boris] = [
    await signIn(admin, await admin.token('read')),
    await signIn(admin, await admin.token('admin')),
  ]
  const idOf = ({ cookie }: { cookie: string }) => /=([0-9a-f]{12})_/.exec(cookie)?.[1] ?? ''
  const annas = await admin.ask('/admin/sessions', { headers: anna.headers })
  t.match(annas.text, /a reader \(this one\)/)
  t.notMatch(annas.text, /a adminer/)
  const end = (who: typeof anna, whose: typeof anna) =>
    submit(admin, `/admin/sessions/${idOf(whose)}/end`, {}, who.headers)
  t.match(await end(anna, boris), { status: 404 }, 'not that of another')
  t.match(
    (await admin.ask('/admin/sessions', { headers: boris.headers })).text,
    /a reader.*a adminer|a adminer.*a reader/s,
  )
  t.match(await end(boris, anna), { status: 303 })
  t.match(await admin.ask('/admin/', { headers: anna.headers }), { status: 303 })
  t.match(await admin.ask('/admin/', { headers: boris.headers }), { status: 200 })
})

t.test('a session ends with its token, and an hour after the last request', async (t) => {
  const admin = await createAdmin(t)
  const [anna, boris] = [await signIn(admin, await admin.token('read')), await signIn(admin, await admin.token('read'))]
  const over = "update ledger.session set last_seen_at = now() - interval '61 minutes' where session_id = $1"
  await admin.bench.rows(over, [/=([0-9a-f]{12})_/.exec(anna.cookie)?.[1]])
  t.match(await admin.ask('/admin/', { headers: anna.headers }), { status: 303 })
  await admin.bench.rows("update ledger.token set revoked_at = now(), revoked_by = 'x'")
  await untilStatus(t, () => admin.ask('/admin/', { headers: boris.headers }), 303)
})

/** Within 5 seconds. */
async function untilStatus(t: Test, ask: () => Promise<{ status: number }>, status: number): Promise<void> {
  const end = performance.now() + 5_000
  while (performance.now() < end) if ((await ask()).status === status) return
  t.fail(`not ${status} within 5 seconds`)
}

t.test('what goes wrong is told on a page', async (t) => {
  const admin = await createAdmin(t)
  const { headers } = await signIn(admin, await admin.token('read'))
  const nothing = await admin.ask('/admin/nothing', { headers })
  t.match(nothing, { status: 404, text: /<title>There is nothing here/ })
  t.match(nothing.headers.get('content-security-policy'), /^default-src 'none'/)
  const locked = await admin.bench.pool.connect()
  await locked.query('begin; lock table ledger.outcome in access exclusive mode')
  t.match(await admin.ask('/admin/failures', { headers }), { status: 504, text: /<title>This took too long/ })
  await locked.query('rollback')
  locked.release()
})

t.test('safeNext leads to no other place', async (t) => {
  for (const next of ['/admin/', '/admin/notifications?state=dead', '/api/']) t.equal(safeNext(next), next)
  const others = [
    undefined,
    '',
    '//evil.example',
    'https://evil.example/admin/',
    '/admin//evil',
    '/admin/\\evil',
    '/admin/a\nb',
    '/x',
  ]
  for (const next of others) t.equal(safeNext(next), '/admin/', next ?? 'nothing')
})
