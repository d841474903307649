import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { soapstone } from '../helpers/cli.ts'
import { createExamining } from '../helpers/doctor.ts'

t.test('soapstone doctor prints a line for each check, and fails with one of them', async (t) => {
  const world = await createExamining(t)
  const good = await soapstone(['doctor', '--only', 'database,salesforce,whmcs'], world.settings)
  t.equal(good.code, 0)
  t.match(good.out, /^ok {4}database\.reachable: as /m)
  t.match(good.out, /^warn {2}database\.settings: fsync is off: .*\. Set fsync to on in postgresql\.conf\.$/m)

  world.salesforce.setup.invisible.add('Order.WHMCS_Order_ID__c')
  const bad = await soapstone(['doctor'], world.settings)
  t.equal(bad.code, 1)
  t.match(bad.out, /^fail {2}salesforce\.fields: .*Order\.WHMCS_Order_ID__c .*\. Correct MAPPING_FILE/m)
  t.match(bad.out, /^warn {2}installation\.round-trip: nobody answers/m)
})

t.test('soapstone doctor --json has a shape for programs', async (t) => {
  const world = await createExamining(t)
  world.salesforce.setup.permissions.PermissionsEnableNotifications = true
  const only = 'salesforce.login,salesforce.send-outbound-messages'
  const { code, out } = await soapstone(['doctor', '--json', '--only', only], world.settings)
  t.equal(code, 1)
  t.match(JSON.parse(out), {
    checks: [
      { id: 'salesforce.login', result: 'ok', detail: 'the login works', remedy: null },
      { id: 'salesforce.send-outbound-messages', result: 'fail', detail: String, remedy: String },
    ],
  })
  const wrong = await soapstone(['doctor', '--only', 'salesfroce'], world.settings)
  t.match(wrong, { code: 2, err: /there is no check salesfroce/ })
})

t.test('soapstone doctor works without settings, and sees who may read them', async (t) => {
  const folder = t.testdir()
  const { code, out } = await soapstone(['doctor'], {}, folder)
  t.equal(code, 1)
  t.match(out, /^fail {2}installation\.settings: DATABASE_URL is required/m)
  writeFileSync(join(folder, '.env'), 'WHMCS_SECRET=x\n')
  chmodSync(join(folder, '.env'), 0o644)
  const { out: told } = await soapstone(['doctor', '--only', 'installation.secret-files'], {}, folder)
  t.match(told, /^fail {2}installation\.secret-files: everybody on this machine may read or change \.env/m)
})

t.test('soapstone serve --check does not start where a check fails', async (t) => {
  const world = await createExamining(t)
  world.whmcs.forbids.add('AddOrder')
  for (const [args, more] of [
    [['serve', '--check'], {}],
    [['serve'], { CHECK_AT_START: 'on' }],
  ] as const) {
    const { code, out, err } = await soapstone([...args], { ...world.settings, ...more })
    t.equal(code, 1)
    t.match(err, /it does not start, because checks failed:\n {2}- whmcs\.actions: .*AddOrder/)
    t.match(out, /"msg":"doctor\.fail"/)
    t.notMatch(out, /soapstone\.started/)
  }
})
