/** The blocks about WHMCS's clients and invoices. */
import type { ClientRules, InvoiceRules } from '../../domain/mapping/mapping.ts'
import { CLIENT_PARAMETERS } from '../../domain/mapping/parameters.ts'
import { isObject } from '../../runtime/is-object.ts'
import { ARRAY_KEYS, readBlock } from './blocks.ts'
import { entriesOf, type Problems, readChoice, unknownKey } from './problems.ts'
import { readValue } from './value.ts'

const CLIENT_KEYS = ['email', 'externalId', 'create', 'fields']

export function readClient(given: unknown, problems: Problems): ClientRules | undefined {
  if (given === undefined) return undefined
  for (const [key] of entriesOf(given, 'client', problems)) {
    if (!CLIENT_KEYS.includes(key)) problems.push(unknownKey(`client.${key}`, CLIENT_KEYS))
  }
  if (!isObject(given)) return undefined
  const { create = false } = given
  const fields = readBlock(given.fields, {
    where: 'client.fields',
    scope: 'order',
    known: CLIENT_PARAMETERS,
    arrays: ['customfields'],
    problems,
  })
  const email =
    given.email === undefined ? undefined : readValue(given.email, { where: 'client.email', scope: 'order', problems })
  const externalId = readExternalId(given.externalId, problems)
  if (typeof create !== 'boolean') problems.push('client.create is neither true nor false')
  else if (create && !('email' in fields))
    problems.push('client.fields.email is missing: by it a client is found again')
  if (create !== true && email === undefined) problems.push('client.email is missing: by it a client is found')
  return { create: create === true, fields, ...(email && { email }), ...(externalId && { externalId }) }
}

function readExternalId(given: unknown, problems: Problems): ClientRules['externalId'] {
  if (given === undefined) return undefined
  const where = 'client.externalId'
  for (const [key] of entriesOf(given, where, problems)) {
    if (key !== 'customfield' && key !== 'value') problems.push(unknownKey(`${where}.${key}`, ['customfield', 'value']))
  }
  if (!isObject(given)) return undefined
  const customfield = String(given.customfield)
  if (!ARRAY_KEYS.customfields?.test(customfield)) problems.push(`${where}.customfield is not the id of a custom field`)
  const value = readValue(given.value, { where: `${where}.value`, scope: 'order', problems })
  return value && { customfield, value }
}

const MODES = ['none', 'create', 'created-and-paid', 'wait-for-payment'] as const
const INVOICE_KEYS = ['mode', 'transactionId', 'gateway']

export function readInvoice(given: unknown, problems: Problems): InvoiceRules | undefined {
  if (given === undefined) return undefined
  if (!isObject(given)) {
    const mode = readChoice(given, { where: 'invoice', choices: MODES, problems })
    if (mode === 'created-and-paid')
      problems.push('invoice.transactionId is missing: which payment settles the invoice?')
    return mode && { mode }
  }
  for (const key of Object.keys(given)) {
    if (!INVOICE_KEYS.includes(key)) problems.push(unknownKey(`invoice.${key}`, INVOICE_KEYS))
  }
  const mode = readChoice(given.mode ?? '', { where: 'invoice.mode', choices: MODES, problems })
  const value = (key: 'transactionId' | 'gateway') =>
    given[key] === undefined ? undefined : readValue(given[key], { where: `invoice.${key}`, scope: 'order', problems })
  const [transactionId, gateway] = [value('transactionId'), value('gateway')]
  if (mode === 'created-and-paid' && given.transactionId === undefined) {
    problems.push('invoice.transactionId is missing: which payment settles the invoice?')
  }
  return mode && { mode, ...(transactionId && { transactionId }), ...(gateway && { gateway }) }
}
