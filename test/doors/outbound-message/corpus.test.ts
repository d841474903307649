import { existsSync, readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { readAny } from '../../helpers/envelopes.ts'

/** Messages seen in the wild, kept beside the repository, not in it. */
const corpus = new URL('../../../../shared/corpus/messages/', import.meta.url)

/** Type and record ids of what is read, or the words of the refusal. */
const EXPECTED: Record<string, { type: string; records: string[] } | string> = {
  '01-amp-create-account.xml': { type: 'Account', records: ['001xx000003DGb2AAG'] },
  '02-amp-batch-update-contacts.xml': {
    type: 'Contact',
    records: ['003xx000004TmiQAAS', '003xx000004TmiRAAS', '003xx000004TmiSAAS'],
  },
  '03-amp-null-field-omitted.xml': { type: 'Account', records: ['001xx000003DGb4AAG'] },
  '06-comsave-discountrule-custom.xml': { type: 'DiscountRule__c', records: ['a025700000OPgOjAAL'] },
  '09-perl-state-province-multi-session.xml': {
    type: 'State_Province__c',
    records: ['a29e0000000K4P0AAK', 'a29e0000000Jz3mAAC'],
  },
  // 18 characters long by chance: only the next one gives it away.
  '16-guardian-handler-contact-id-only.xml': 'Id is not a Salesforce id of 15 or 18 characters',
  '18-legacycapital-case-mydomain.xml': { type: 'Case', records: ['500Ri00000PThftIAD'] },
  '19-tip-events-custom-74-fields-geolocation.xml': {
    type: 'Individual_Tip_Non_Tip_Events__c',
    records: ['a09q0000006BAHkAAO'],
  },
  '22-elixir-blog-opportunity-many-std-fields.xml': { type: 'Opportunity', records: ['0065w000023STAmAAO'] },
  '24-taroworks-cluster-sandbox-cloudforce.xml': { type: 'Cluster1__c', records: ['a1G25000000A2j1EAC'] },
  '25-io-order-managed-package-namespace.xml': { type: 'IO__Order__c', records: ['a01d0000006qftoAAA'] },
  '26-mule-account-address-components.xml': { type: 'Account', records: ['001d000001XD5XKAA1'] },
  '30-order-flow-2026.fragment.xml': 'the root is not a SOAP 1.1 Envelope but sObject',
  'n01-comsave-malformed-no-sobject-open.xml': 'not well-formed XML',
  'n02-freedom-nozzle-leading-newline.xml': 'not well-formed XML',
  'n03-freedom-nozzle-no-orgid-multi.xml': 'not well-formed XML',
  'n05-guardian-notification-without-sobject.xml': 'Id is not a Salesforce id of 15 or 18 characters',
  's01-default-ns-on-envelope.xml': { type: 'Opportunity', records: ['006000000000001AAA'] },
  's02-out-prefix.xml': { type: 'Account', records: ['001xx000003gBAAAA2'] },
  's03-explicit-nil-field.xml': { type: 'Account', records: ['001xx000003DGb3AAG'] },
  's05-entities-and-whitespace.xml': { type: 'Account', records: ['001xx000003DGb5AAG'] },
}

/** Values in which a careless reader loses something. */
const FIELDS: Record<string, Record<string, string | null>> = {
  '06-comsave-discountrule-custom.xml': { Discount__c: '0.0', Price__c: '419.0', Name: '244 Months' },
  '18-legacycapital-case-mydomain.xml': { CaseNumber: '00016492' },
  '24-taroworks-cluster-sandbox-cloudforce.xml': { farmer_name__c: 'Kuuku' },
  '26-mule-account-address-components.xml': { BillingPostalCode: '04001' },
  's03-explicit-nil-field.xml': { Name: null },
  's05-entities-and-whitespace.xml': {
    Name: '  AT&T  ',
    Description: `Line 1\nLine 2 & <b>bold</b> "q" 'a' é 😀 æøå 漢字`,
  },
}

t.test('readEnvelope reads what Salesforce was seen to send, and refuses what it never sends', async (t) => {
  if (!existsSync(corpus)) return t.comment('no corpus beside this checkout')
  t.same(readdirSync(corpus).sort(), Object.keys(EXPECTED).sort(), 'every file has its expectation')
  for (const [file, expected] of Object.entries(EXPECTED)) {
    const bytes = readFileSync(new URL(file, corpus))
    if (typeof expected === 'string') {
      await t.rejects(readAny(bytes), { name: 'Malformed', message: expected }, file)
      continue
    }
    const { notifications } = await readAny(bytes)
    const records = notifications.map(({ recordId }) => recordId)
    t.same({ type: notifications[0]?.recordType, records }, expected, file)
    t.match(Object.fromEntries(notifications[0]?.fields ?? []), FIELDS[file] ?? {}, file)
  }
})
