import { randomBytes } from 'node:crypto'
import t from 'tap'
import { createVault } from '../../../src/ledger/record/vault.ts'
import { openValues, sealValues } from '../../../src/ledger/work/sealed-values.ts'
import { ORGANIZATION, orderItem, snapshot } from '../../helpers/items.ts'

const order = snapshot({
  secrets: ['OrderItem.Pw__c', 'Account.Pw__c'],
  values: { 'Account.Pw__c': 'one', 'Order.Type': 'New' },
  items: [orderItem({ values: { 'OrderItem.Pw__c': 'two', 'OrderItem.Host__c': 'h' } })],
})

t.test('what is sealed is not to be read, and comes back as it was', async (t) => {
  const vault = createVault(randomBytes(32))
  const sealed = sealValues(ORGANIZATION, order, vault)
  t.notMatch(JSON.stringify(sealed), /"one"|"two"/)
  t.match(sealed, { values: { 'Order.Type': 'New' }, items: [{ values: { 'OrderItem.Host__c': 'h' } }] })
  t.same(openValues(ORGANIZATION, sealed, vault), order)
})

t.test('what can not be opened stays missing, and what needs no seal stays as it is', async (t) => {
  const [one, other] = [createVault(randomBytes(32)), createVault(randomBytes(32))]
  const sealed = sealValues(ORGANIZATION, order, one)
  for (const opened of [openValues(ORGANIZATION, sealed, other), openValues(ORGANIZATION, sealed, undefined)]) {
    t.notOk('OrderItem.Pw__c' in (opened.items[0]?.values ?? {}))
  }
  t.same(sealValues(ORGANIZATION, order, undefined), order)
  t.same(sealValues(ORGANIZATION, snapshot(), one), snapshot())
  t.same(openValues(ORGANIZATION, snapshot(), one), snapshot())
})
