/**
 * Writes an outbound message as Salesforce would, with fast-xml-parser: the other side of the door. What it writes owes
 * nothing to our reader, so that each is a witness of the other.
 */
import { XMLBuilder } from 'fast-xml-parser'
import type { Contract, FieldType } from '../contract.ts'

export interface Written {
  organizationId: string
  actionId: string
  /** Where the organisation is, for the two URLs that Salesforce writes. */
  instanceUrl: string
  /** Absent: it tells of nothing, and is refused for that. */
  notificationId?: string
  /** Absent: its record was deleted meanwhile, so there is no data. */
  recordId?: string
}

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  format: true,
  indentBy: ' ',
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
})

export function writeMessage(contract: Pick<Contract, 'recordType' | 'fields'>, written: Written): string {
  const { organizationId, actionId, instanceUrl, notificationId, recordId } = written
  const soap = `${instanceUrl}/services/Soap`
  const organization15 = organizationId.slice(0, 15)
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    'soapenv:Envelope': {
      '@xmlns:soapenv': 'http://schemas.xmlsoap.org/soap/envelope/',
      '@xmlns:xsd': 'http://www.w3.org/2001/XMLSchema',
      '@xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'soapenv:Body': {
        notifications: {
          '@xmlns': 'http://soap.sforce.com/2005/09/outbound',
          OrganizationId: organizationId,
          ActionId: actionId,
          // Since February 2026 Salesforce sends no sessions.
          SessionId: { '@xsi:nil': 'true' },
          EnterpriseUrl: `${soap}/c/67.0/${organization15}`,
          PartnerUrl: `${soap}/u/67.0/${organization15}`,
          ...(notificationId !== undefined && {
            Notification: {
              Id: notificationId,
              ...(recordId !== undefined && { sObject: toSObject(contract, recordId) }),
            },
          }),
        },
      },
    },
  })
}

function toSObject({ recordType, fields }: Pick<Contract, 'recordType' | 'fields'>, recordId: string) {
  const values = [...fields].map(([name, type]) => [`sf:${name}`, SAMPLES[type]])
  return {
    '@xsi:type': `sf:${recordType}`,
    '@xmlns:sf': 'urn:sobject.enterprise.soap.sforce.com',
    'sf:Id': recordId,
    ...Object.fromEntries(values),
  }
}

/** Of each type a value that shows where it comes from. Nobody works with it: callback reads the record itself. */
const SAMPLES: Record<FieldType, string> = {
  ID: '000000000000000AAA',
  string: 'soapstone send',
  boolean: 'false',
  int: '0',
  long: '0',
  double: '0.0',
  decimal: '0.0',
  date: '2000-01-01',
  dateTime: '2000-01-01T00:00:00.000Z',
  time: '00:00:00.000Z',
  base64Binary: '',
  anyType: 'soapstone send',
}
