/** The JSON Schema of MAPPING_FILE, from the same tables as its reader: editors complete and check the file by it. */

import { BUILT_IN_CYCLES, CYCLES } from '../../domain/mapping/cycles.ts'
import { ACCEPT_PARAMETERS, CLIENT_PARAMETERS, LINE_ARRAYS, ORDER_PARAMETERS } from '../../domain/mapping/parameters.ts'
import { WRITTEN } from '../../domain/mapping/written.ts'
import { ARRAY_KEYS, FIELD_NAME, LINE_NAMES } from './blocks.ts'
import { LOOKS_LIKE_PATH, PATHS, type Scope } from './paths.ts'
import { DEFAULT_MAPPING } from './read.ts'

type Schema = Record<string, unknown>

const scalar = { type: ['string', 'number', 'boolean'] }
const text = { type: 'string', pattern: '\\S' }
const fieldName = { type: 'string', pattern: FIELD_NAME.source }
const fieldOrNone = { type: 'string', pattern: '^(?:[A-Za-z][A-Za-z0-9_]*)?$' }
const closed = (properties: Schema, more: Schema = {}): Schema => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
})
const each = (names: readonly string[], schema: Schema): Schema =>
  Object.fromEntries(names.map((name) => [name, schema]))
const table = (values: Schema, more: Schema = {}): Schema => ({ type: 'object', additionalProperties: values, ...more })
const refer = (scope: Scope): Schema => ({ $ref: `#/$defs/${scope}Value` })

export function mappingSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: "Soapstone's MAPPING_FILE",
    ...closed({
      $schema: { type: 'string' },
      order: block(Object.keys(ORDER_PARAMETERS), 'order', each(Object.keys(DEFAULT_MAPPING.order), fieldName)),
      account: closed(each(Object.keys(DEFAULT_MAPPING.account), fieldName)),
      product: closed(each(Object.keys(DEFAULT_MAPPING.product), fieldName)),
      orderItem: closed(each(Object.keys(DEFAULT_MAPPING.orderItem), fieldOrNone)),
      eligibleStatuses: { type: 'array', items: { type: 'string' }, minItems: 1 },
      statuses: closed(each(Object.keys(DEFAULT_MAPPING.statuses), text)),
      products: table({ $ref: '#/$defs/product' }),
      markerFields: table(
        {
          anyOf: [
            { type: 'integer', minimum: 1 },
            { type: 'string', pattern: '^[1-9]\\d*$' },
          ],
        },
        { propertyNames: { pattern: '^[1-9]\\d*$' } },
      ),
      prices: { enum: ['whmcs', 'salesforce'] },
      line: { $ref: '#/$defs/line' },
      accept: block(Object.keys(ACCEPT_PARAMETERS), 'order'),
      skip: refer('line'),
      billingCycles: table({ type: 'string', pattern: cyclePattern() }),
      eligible: { type: 'array', items: { $ref: '#/$defs/condition' } },
      cancellations: { enum: ['ignore', 'ask', 'cancel'] },
      cancelWhen: { type: 'array', items: { $ref: '#/$defs/condition' } },
      cancelBy: { enum: ['terminate', 'request', 'request-at-end'] },
      changeWhen: { type: 'array', items: { $ref: '#/$defs/condition' } },
      negativeLines: { enum: ['refuse', 'skip', 'promo'] },
      currency: refer('order'),
      currencies: table({ $ref: '#/$defs/currency' }, { propertyNames: { pattern: '^[A-Za-z]{3}$' } }),
      client: { $ref: '#/$defs/client' },
      invoice: { $ref: '#/$defs/invoice' },
      writeBack: closed(
        Object.fromEntries(
          Object.entries(WRITTEN).map(([object, words]) => [
            object,
            table({ enum: ['', ...words] }, { propertyNames: { pattern: FIELD_NAME.source } }),
          ]),
        ),
      ),
    }),
    $defs: definitions(),
  }
}

function definitions(): Schema {
  return {
    orderValue: value('order'),
    lineValue: value('line'),
    line: block(LINE_NAMES, 'line', {}, LINE_ARRAYS),
    product: product(),
    condition: condition(),
    currency: {
      anyOf: [
        { type: 'string', pattern: '^[A-Za-z]{3}$' },
        closed(
          { whmcs: { type: 'string', pattern: '^[A-Za-z]{3}$' }, decimals: { enum: [0, 1, 2, 3, 4] } },
          { required: ['whmcs'] },
        ),
      ],
    },
    client: {
      ...closed({
        email: refer('order'),
        externalId: closed(
          {
            customfield: {
              anyOf: [
                { type: 'integer', minimum: 1 },
                { type: 'string', pattern: '^[1-9]\\d{0,9}$' },
              ],
            },
            value: refer('order'),
          },
          { required: ['customfield', 'value'] },
        ),
        create: { type: 'boolean' },
        fields: block(CLIENT_PARAMETERS, 'order', {}, ['customfields']),
      }),
      if: { properties: { create: { const: true } }, required: ['create'] },
      // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's word.
      then: { required: ['fields'], properties: { fields: { required: ['email'] } } },
      else: { required: ['email'] },
    },
    invoice: {
      anyOf: [
        { enum: ['none', 'create', 'wait-for-payment'] },
        closed(
          {
            mode: { enum: ['none', 'create', 'wait-for-payment'] },
            transactionId: refer('order'),
            gateway: refer('order'),
          },
          { required: ['mode'] },
        ),
        closed(
          { mode: { const: 'created-and-paid' }, transactionId: refer('order'), gateway: refer('order') },
          { required: ['mode', 'transactionId'] },
        ),
      ],
    },
  }
}

/** A text that is no field is a constant, as long as it does not look like one. */
function value(scope: Scope): Schema {
  const path = { type: 'string', pattern: PATHS[scope] }
  return {
    anyOf: [
      { type: ['number', 'boolean'] },
      path,
      { type: 'string', not: { pattern: LOOKS_LIKE_PATH } },
      closed({ constant: scalar }, { required: ['constant'] }),
      closed({ from: path, map: table(scalar), default: scalar }, { required: ['from'] }),
    ],
  }
}

function block(names: readonly string[], scope: Scope, more: Schema = {}, arrays: readonly string[] = []): Schema {
  const flat = arrays.map((name) => [`^${name}\\.${inner(name)}$`, refer(scope)])
  const nested = arrays.map((name) => [name, table(refer(scope), { propertyNames: { pattern: `^${inner(name)}$` } })])
  return closed(
    { ...more, ...each(names, refer(scope)), ...Object.fromEntries(nested) },
    flat.length > 0 ? { patternProperties: Object.fromEntries(flat) } : {},
  )
}

function inner(array: string): string {
  return (ARRAY_KEYS[array]?.source ?? '').replace(/^\^|\$$/g, '')
}

function product(): Schema {
  const flat = LINE_NAMES.map((name) => [`line.${name}`, refer('line')])
  return closed(
    {
      pid: text,
      billingCycle: text,
      skip: refer('line'),
      prices: { enum: ['whmcs', 'salesforce'] },
      line: { $ref: '#/$defs/line' },
      ...Object.fromEntries(flat),
    },
    {
      patternProperties: Object.fromEntries(
        LINE_ARRAYS.map((name) => [`^line\\.${name}\\.${inner(name)}$`, refer('line')]),
      ),
    },
  )
}

function condition(): Schema {
  const single = { type: ['string', 'number', 'boolean', 'null'] }
  const several = { type: 'array', items: single, minItems: 1 }
  const field = { type: 'string', pattern: PATHS.order }
  return {
    oneOf: [
      closed({ field, equals: single }, { required: ['field', 'equals'] }),
      closed({ field, in: several }, { required: ['field', 'in'] }),
      closed({ field, not: { anyOf: [single, several] } }, { required: ['field', 'not'] }),
    ],
  }
}

/** Case and what is between the letters do not matter. */
function cyclePattern(): string {
  const words = [...CYCLES, ...Object.keys(BUILT_IN_CYCLES)]
  const loose = words.map((word) => [...word].map((letter) => `[${letter}${letter.toUpperCase()}]`).join('[^A-Za-z]*'))
  return `^[^A-Za-z]*(?:${loose.join('|')})[^A-Za-z]*$`
}
