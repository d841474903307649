/** Each thing that may be wrong with the ledger's Postgres, with a server that says so. */
import t from 'tap'
import { type DatabasePort, databaseChecks, type Server } from '../../../src/operations/doctor/database.ts'
import { examine } from '../../../src/operations/doctor/examine.ts'

const SERVER: Server = {
  version: '16.4',
  versionNumber: 160_004,
  encoding: 'UTF8',
  role: 'soapstone',
  superuser: false,
  standby: false,
  readOnly: false,
  aheadMs: 40,
  settings: { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', autovacuum: 'on', track_counts: 'on' },
  connections: { most: 97, used: 12 },
  transactionAge: 3_000_000,
}
const WELL: DatabasePort = {
  server: async () => SERVER,
  schema: async () => ({ kind: 'current', missing: [], unknown: [] }),
  missingRights: async () => [],
  tables: async () => [{ table: 'work', live: 10, dead: 900, bytes: 80_000 }],
  snapshots: async () => ({ oldestSeconds: 2, holder: 'process 7 (psql)', seesAll: true }),
}

const run = (port: Partial<DatabasePort>) => examine(databaseChecks({ ...WELL, ...port }), { deadlineMs: 5_000 })
const server = (changes: Partial<Server>) => ({ server: async () => ({ ...SERVER, ...changes }) })

t.test('databaseChecks finds nothing wrong with a server that is well', async (t) => {
  const found = await run({})
  t.same(
    found.filter(({ result }) => result !== 'ok'),
    [],
  )
  t.equal(found.length, 12)
})

const CASES: [string, Partial<DatabasePort>, string, 'warn' | 'fail', RegExp][] = [
  ['an old Postgres', server({ version: '13.9', versionNumber: 130_009 }), 'version', 'fail', /13\.9 is older than 14/],
  ['another encoding', server({ encoding: 'LATIN1' }), 'encoding', 'fail', /it is LATIN1/],
  ['a standby', server({ standby: true, readOnly: true }), 'writable', 'fail', /standby/],
  ['a read-only role', server({ readOnly: true }), 'writable', 'fail', /read-only/],
  ['a right that is missing', { missingRights: async () => ['work: delete'] }, 'rights', 'fail', /lacks work: delete/],
  [
    'a schema that is behind',
    { schema: async () => ({ kind: 'behind', missing: ['0009_watch'], unknown: [] }) },
    'schema',
    'fail',
    /lacks 0009_watch/,
  ],
  ['no schema', { schema: async () => ({ kind: 'empty', missing: [], unknown: [] }) }, 'schema', 'warn', /no ledger/],
  [
    'a newer schema',
    { schema: async () => ({ kind: 'ahead', missing: [], unknown: ['0099_new'] }) },
    'schema',
    'warn',
    /newer version has made 0099_new/,
  ],
  [
    'a foreign schema',
    { schema: async () => ({ kind: 'diverged', missing: ['0002_people'], unknown: ['0099_new'] }) },
    'schema',
    'fail',
    /lacks 0002_people and has 0099_new/,
  ],
  ['a clock that is wrong', server({ aheadMs: -90_000 }), 'clock', 'fail', /90 s behind/],
  ['a clock that drifts', server({ aheadMs: 7_400 }), 'clock', 'warn', /7\.4 s ahead/],
  ['a setting', server({ settings: { ...SERVER.settings, fsync: 'off' } }), 'settings', 'warn', /fsync is off/],
  ['no connections', server({ connections: { most: 20, used: 12 } }), 'connections', 'fail', /8 of 20 are left/],
  ['few connections', server({ connections: { most: 40, used: 20 } }), 'connections', 'warn', /20 of 40 are left/],
  [
    'dead rows',
    { tables: async () => [{ table: 'work', live: 10, dead: 90_000, bytes: 1 }] },
    'bloat',
    'warn',
    /work has 90000 dead rows/,
  ],
  [
    'an old snapshot',
    { snapshots: async () => ({ oldestSeconds: 7_200, holder: 'process 7 (psql)', seesAll: true }) },
    'oldest-snapshot',
    'warn',
    /process 7 \(psql\) has been open for 120 min/,
  ],
  ['old transaction ids', server({ transactionAge: 1_600_000_000 }), 'transactions', 'fail', /1600 million/],
]

for (const [what, port, name, result, detail] of CASES) {
  t.test(`databaseChecks notices ${what}`, async (t) => {
    const wrong = (await run(port)).filter((found) => found.result !== 'ok')
    t.same(
      wrong.map(({ id, result }) => ({ id, result })),
      [{ id: `database.${name}`, result }],
    )
    t.match(wrong[0]?.detail, detail)
    t.match(wrong[0]?.remedy, /^[A-Z].{10,}\.$/, 'it says what to do')
  })
}

t.test('databaseChecks says of a server that is away that it is away, and nothing else of it', async (t) => {
  const found = await run({ server: () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:5432')) })
  t.match(found[0], { id: 'database.reachable', result: 'fail', detail: /ECONNREFUSED/, remedy: /DATABASE_URL/ })
  t.same(new Set(found.slice(1).map(({ result }) => result)), new Set(['warn']))
  t.match(found[1]?.detail, /not checked, because database.reachable fails/)
})

t.test('databaseChecks knows a session that was not opened because of its encoding', async (t) => {
  const found = await run({
    server: () => Promise.reject(new Error('the database x has the encoding LATIN1, in which')),
  })
  t.match(
    found.find(({ id }) => id === 'database.encoding'),
    { result: 'fail', detail: /LATIN1/ },
  )
})
