import t from 'tap'
import { placeOf, readPostgresUrl } from '../../src/runtime/postgres-url.ts'

t.test('readPostgresUrl leaves a URL of one host as it is', async (t) => {
  for (const url of [
    'postgres://user:pass@db.example:6432/name?sslmode=verify-full',
    'postgresql://db/name',
    'postgres://user:p%40ss@[::1]:5433/name',
    'postgres://%2Fvar%2Frun%2Fpostgresql/name',
  ]) {
    t.same(readPostgresUrl(url), { urls: [url], primaryOnly: false })
  }
})

t.test('readPostgresUrl finds several hosts in both places that libpq takes them from', async (t) => {
  t.same(readPostgresUrl('postgres://u:p@one:5432,two,[::1]:5433/name?sslmode=disable').urls, [
    'postgres://u:p@one:5432/name?sslmode=disable',
    'postgres://u:p@two/name?sslmode=disable',
    'postgres://u:p@[::1]:5433/name?sslmode=disable',
  ])
  const asked = (query: string) => readPostgresUrl(`postgres://u:p@/name?${query}`).urls.map((url) => placeOf(url))
  t.same(asked('host=one,two&port=5433,5434'), ['one:5433', 'two:5434'])
  t.same(asked('host=one,two&port=5433'), ['one:5433', 'two:5433'])
  t.same(asked('host=/var/run/postgresql,two'), ['/var/run/postgresql:5432', 'two:5432'])
})

t.test('readPostgresUrl follows the primary where there are several hosts, or where it is told to', async (t) => {
  t.equal(readPostgresUrl('postgres://one,two/name').primaryOnly, true)
  t.equal(readPostgresUrl('postgres://one,two/name?target_session_attrs=any').primaryOnly, true)
  t.equal(readPostgresUrl('postgres://one/name?target_session_attrs=read-write').primaryOnly, true)
  t.equal(readPostgresUrl('postgres://one/name?target_session_attrs=primary').primaryOnly, true)
})

t.test('readPostgresUrl refuses what can never work, in words', async (t) => {
  for (const [url, words] of [
    ['mysql://one/name', /is not a URL of postgres:/],
    ['postgres://u:p#x@one/name', /is not a URL of postgres:/],
    ['postgres://one:port/name', /is not a URL of postgres:/],
    ['postgres://one,two/name?target_session_attrs=standby', /asks for a standby/],
    ['postgres://one,two/name?target_session_attrs=primray', /nobody knows: primray/],
    ['postgres:///name?host=one,two,three&port=1,2', /3 hosts and 2 ports/],
  ] as const) {
    t.throws(() => readPostgresUrl(url), { message: words }, url)
  }
})

t.test('placeOf names host and port', async (t) => {
  t.equal(placeOf('postgres://u:p@one/name'), 'one:5432')
  t.equal(placeOf('postgres://u:p@one:6000/name'), 'one:6000')
})
