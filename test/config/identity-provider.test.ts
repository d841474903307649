import t from 'tap'
import { GROUP_SCOPES, issuerUrl, readIdentityProvider } from '../../src/config/identity-provider.ts'

t.test('an issuer speaks https, on the own machine too', async (t) => {
  t.equal(issuerUrl('https://login.example.com/tenant/'), 'https://login.example.com/tenant/')
  for (const text of [
    'http://login.example.com',
    'http://localhost:8080',
    'login.example.com',
    'https://a:b@example.com',
  ]) {
    t.throws(() => issuerUrl(text), text)
  }
})

t.test('groups are mapped to scopes, whatever their names are', async (t) => {
  t.same(GROUP_SCOPES.parse('support=read,platform team = admin'), [
    { group: 'support', scope: 'read' },
    { group: 'platform team', scope: 'admin' },
  ])
  t.same(GROUP_SCOPES.parse('CN=Ops=operate'), [{ group: 'CN=Ops', scope: 'operate' }])
  for (const text of ['', 'support', '=read', 'support=', 'support=root', 'portal=status', 'a=read,,b=read']) {
    t.throws(() => GROUP_SCOPES.parse(text), text)
  }
})

t.test('the settings of the identity provider are there together, or not at all', async (t) => {
  const all = { OIDC_ISSUER: 'https://x.example', OIDC_CLIENT_ID: 'x', OIDC_CLIENT_SECRET: 'y', OIDC_SCOPES: [] }
  const read = (settings: object, problems: string[] = []) => ({
    read: readIdentityProvider(settings, problems),
    problems,
  })
  t.match(read(all), { read: { issuer: 'https://x.example' }, problems: [] })
  t.same(read({}), { read: undefined, problems: [] })
  const { OIDC_SCOPES: _, OIDC_CLIENT_ID: __, ...some } = all
  t.match(read(some).problems, [/^OIDC_CLIENT_ID, OIDC_SCOPES must be set, too/])
  t.same(read(some, ['OIDC_SCOPES has x', 'OIDC_CLIENT_ID is blank']).problems.length, 2, 'what is wrong is told once')
})
