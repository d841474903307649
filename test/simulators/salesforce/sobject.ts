import type { StoredRecord } from './org.ts'

const types: Readonly<Record<string, (value: unknown) => string>> = {
  Id: String,
  AccountId: String,
  EffectiveDate: String,
  LastModifiedDate: dateTime,
  OrderNumber: String,
  Provisioning_Status__c: String,
  Status: String,
  SystemModstamp: dateTime,
  TotalAmount: double,
}

/** The fields of an outbound message on Order, as wsdl/order.wsdl lists them: Id, then the rest in ASCII order. */
export const orderFields = Object.keys(types)

/** The sObject element as the soap client takes it. Fields that are null are left out, as Salesforce leaves them out. */
export function toSObject(record: StoredRecord | undefined) {
  if (!record) return undefined
  const filled = Object.entries(types).filter(([name]) => (record.fields[name] ?? null) !== null)
  return {
    attributes: { xsi_type: { prefix: 'sf', type: record.type, xmlns: 'urn:sobject.enterprise.soap.sforce.com' } },
    ...Object.fromEntries(filled.map(([name, write]) => [`sf:${name}`, write(record.fields[name])])),
  }
}

// REST says +0000 where SOAP says Z.
function dateTime(value: unknown): string {
  return String(value).replace(/\+0000$/, 'Z')
}

// As Java writes a double: 45.0, and 1.25E7 from ten million on.
function double(value: unknown): string {
  const number = Number(value)
  if (Math.abs(number) < 1e7) return Number.isInteger(number) ? number.toFixed(1) : String(number)
  const [mantissa = '', exponent = ''] = number.toExponential().split('e+')
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent}`
}
