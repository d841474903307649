/** Outbound messages as text, for tests of the door: valid, and changed where the test says. */
import { type ReadMessage, readEnvelope } from '../../src/doors/outbound-message/envelope.ts'

/** A message as it was read, whoever sent it. */
export function readAny(bytes: Buffer): Promise<ReadMessage> {
  return readEnvelope(bytes, () => (notification) => notification)
}

export interface EnvelopeParts {
  /** In place of OrganizationId to PartnerUrl. */
  head?: string
  /** In place of the one Notification. */
  notifications?: string
  /** Inside the sObject, after its Id. */
  fields?: string
}

const HEAD =
  '<OrganizationId>00DSs000000SOAPMA4</OrganizationId><ActionId>04kSs000000sT0nIAE</ActionId><SessionId xsi:nil="true"/>'

export function envelope({ head = HEAD, notifications, fields = '' }: EnvelopeParts = {}): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"',
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>',
    '<notifications xmlns="http://soap.sforce.com/2005/09/outbound">',
    head,
    notifications ?? notification({ fields }),
    '</notifications></soapenv:Body></soapenv:Envelope>',
  ].join('\n')
}

export function notification({ id = '04lSs00000Aa01xIAB', fields = '' } = {}): string {
  return `<Notification><Id>${id}</Id>
<sObject xsi:type="sf:Order" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
<sf:Id>801Ss00000Ab1CdIAJ</sf:Id>${fields}</sObject></Notification>`
}
