import t from 'tap'
import { fieldType } from '../../src/salesforce/field-type.ts'

t.test('fieldType takes what the describe says of SOAP, and otherwise its own type', async (t) => {
  t.equal(fieldType({ soapType: 'tns:ID', type: 'reference' }), 'ID')
  t.equal(fieldType({ soapType: 'xsd:double', type: 'currency' }), 'double')
  t.equal(fieldType({ soapType: 'urn:address', type: 'address' }), 'address')
  const types = { id: 'ID', picklist: 'string', percent: 'double', datetime: 'dateTime', base64: 'base64Binary' }
  for (const [type, expected] of Object.entries(types)) t.equal(fieldType({ type }), expected, type)
  for (const row of [{}, { type: 'location' }, { type: 7 }, { type: null }]) t.equal(fieldType(row), undefined)
})
