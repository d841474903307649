import t, { type Test } from 'tap'
import { createAdmin } from '../../helpers/admin.ts'
import { CLIENT, createBrowser, startIdentityProvider } from '../../helpers/identity-provider.ts'

const GROUPS = { anna: ['support', 'people'], boris: ['people'], clara: ['support', 'platform team'], dora: [] }

/** `more`: of the provider. */
async function setUp(t: Test, more: object = {}) {
  const provider = await startIdentityProvider(t, more)
  const admin = await createAdmin(t, {
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: CLIENT.id,
    OIDC_CLIENT_SECRET: CLIENT.secret,
    OIDC_SCOPES: 'support=operate, platform team=admin',
  })
  provider.serve(`${admin.adminUrl}/admin/callback`, GROUPS)
  return { admin, provider, start: `${admin.adminUrl}/admin/sign-in/provider` }
}

t.test('a person signs in at the identity provider, and may what the groups may', async (t) => {
  const { admin, start } = await setUp(t)
  t.match((await admin.ask('/admin/sign-in')).text, /href="\/admin\/sign-in\/provider\?next=/)
  const anna = createBrowser()
  const page = await anna.signIn(`${start}?next=/admin/sessions`, 'anna')
  t.match(page, { status: 200, url: `${admin.adminUrl}/admin/sessions` })
  t.match(page.text, /<summary>anna &lt;b&gt;<\/summary><div><p class="quiet">May operate</)
  t.match(await createBrowser().signIn(start, 'clara'), {
    status: 200,
    text: /<summary>clara &lt;b&gt;<\/summary><div><p class="quiet">May operate, admin</,
  })
  const acts = await admin.bench.rows(
    "select act, actor, subject, token_id from ledger.audit where via = 'page' order by audit_id",
  )
  t.match(acts, [{ act: 'sign_in', actor: 'anna <b>', subject: 'anna', token_id: null }, {}])
  t.match(await admin.bench.rows('select subject from ledger.sessions order by 1'), [{ subject: 'anna' }, {}])
  await anna.go(`${admin.adminUrl}/admin/sign-out`, {})
  t.match(await anna.go(`${admin.adminUrl}/admin/`), { url: /\/admin\/sign-in\?next=/ })
  t.equal(await admin.bench.value("select count(*)::integer from ledger.session where subject = 'anna'"), 0)
})

t.test('groups may come by the token alone, too', async (t) => {
  const { start } = await setUp(t, { conformIdTokenClaims: false })
  t.match(await createBrowser().signIn(start, 'anna'), { status: 200, text: /May operate</ })
})

t.test('somebody without a mapped group gets 403, and no session', async (t) => {
  const { admin, start } = await setUp(t)
  for (const name of ['boris', 'dora', 'nobody']) {
    const browser = createBrowser()
    t.match(await browser.signIn(start, name), { status: 403, text: /none of your groups/ }, name)
    t.notOk(browser.cookies(admin.adminUrl).has('soapstone_session'))
  }
  t.equal(await admin.bench.value('select count(*)::integer from ledger.session'), 0)
  t.ok(admin.log.some((line) => line.includes('sign_in.refused') && line.includes('boris')))
})

t.test('what comes back must belong to what this browser began', async (t) => {
  const { admin, start } = await setUp(t)
  t.match(await admin.ask('/admin/callback?code=x&state=y'), { status: 401, text: /began in another browser/ })
  const begun = await admin.ask('/admin/sign-in/provider')
  const cookie = begun.headers.get('set-cookie') ?? ''
  t.match(cookie, /^soapstone_sign_in=[\w-]+; Path=\/admin\/; HttpOnly; SameSite=Lax; Max-Age=900$/)
  const there = new URL(begun.headers.get('location') ?? '')
  t.match(Object.fromEntries(there.searchParams), {
    response_type: 'code',
    code_challenge_method: 'S256',
    code_challenge: /^[\w-]{43}$/,
    nonce: String,
    redirect_uri: `${admin.adminUrl}/admin/callback`,
    scope: 'openid profile email groups',
  })
  const headers = { cookie: cookie.split(';')[0] ?? '' }
  for (const query of [
    'code=x&state=other',
    `code=x&state=${there.searchParams.get('state')}`,
    'error=access_denied',
  ]) {
    t.match(await admin.ask(`/admin/callback?${query}`, { headers }), { status: 401, text: /did not confirm/ }, query)
  }
  const odd = await admin.ask('/admin/callback?code=x', { headers: { cookie: 'soapstone_sign_in=bm8' } })
  t.match(odd, { status: 401 })
  t.equal(await admin.bench.value('select count(*)::integer from ledger.session'), 0)
  t.match(await createBrowser().signIn(`${start}?next=//evil.example/`, 'anna'), { url: `${admin.adminUrl}/admin/` })
})

t.test('a provider that is away is told of, and tokens still sign in', async (t) => {
  const admin = await createAdmin(t, {
    OIDC_ISSUER: 'https://localhost:1',
    OIDC_CLIENT_ID: 'x',
    OIDC_CLIENT_SECRET: 'x',
    OIDC_SCOPES: 'a=read',
  })
  t.match(await admin.ask('/admin/sign-in/provider'), { status: 503, text: /identity provider can not be reached/ })
  const body = new URLSearchParams({ token: await admin.token('read') }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: admin.adminUrl }
  t.match(await admin.ask('/admin/sign-in', { method: 'POST', body, headers }), { status: 303 })
})
