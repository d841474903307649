/** What an organisation says of its own setup: limits, fields, permissions. Only reads. */
import { fieldType } from './field-type.ts'
import { id18, text } from './order-query.ts'
import type { Rest, Row } from './rest.ts'
import type { Sessions } from './session.ts'

export interface SetupOptions {
  sessions: Sessions
  rest: Rest
  /** The fields of a product that say what it is in WHMCS. */
  product: { whmcsProductId: string; billingCycle: string }
}

export interface FieldSetup {
  name: string
  /** As a WSDL of Salesforce has it: `ID`, `string`, `dateTime`. Absent: it does not say. */
  type?: string
  /** This user may change it. */
  writable: boolean
  /** Values of a picklist that takes no others. */
  values?: string[]
}

/** A product that can be ordered. */
export interface SoldProduct {
  id: string
  code?: string
  pid: string
  billingCycle?: string
}

/** More are not looked at: a catalogue of that size is no typing mistake. */
const MOST_PRODUCTS = 2_000

export function createSetup({ sessions, rest, product }: SetupOptions) {
  const get = (path: string) => sessions.use([], (connection) => rest.get(connection, path))
  const ask = (soql: string) => sessions.use([], (connection) => rest.query(connection, [soql]))

  return {
    logIn: () => sessions.use([], async () => {}),
    /** Versions of the REST API. */
    async versions(): Promise<string[]> {
      return rowsOf(await get('/services/data')).flatMap(({ version }) => text(version) ?? [])
    },
    /** API requests of the day. Undefined: it does not say. */
    async apiRequests(): Promise<{ max: number; remaining: number } | undefined> {
      const { Max: max, Remaining: remaining } = toObject(toObject(await get('/limits')).DailyApiRequests)
      return typeof max === 'number' && typeof remaining === 'number' ? { max, remaining } : undefined
    },
    /** What this user sees of an object, by the field's name in small letters. */
    async fields(object: string): Promise<Map<string, FieldSetup>> {
      const { fields } = toObject(await get(`/sobjects/${object}/describe`))
      return new Map(rowsOf(fields).flatMap(toField))
    },
    /** Whether this user has them, by their names in SOQL. */
    async permissions<const N extends string>(names: readonly N[]): Promise<Map<N, boolean>> {
      const [row = {}] = await ask(`SELECT ${names.join(', ')} FROM UserPermissionAccess`)
      return new Map(names.map((name) => [name, row[name] === true]))
    },
    async products(): Promise<SoldProduct[]> {
      const fields = [...new Set(['Id', 'ProductCode', product.whmcsProductId, product.billingCycle])]
      const from = `FROM Product2 WHERE IsActive = true AND ${product.whmcsProductId} != null`
      const rows = await ask(`SELECT ${fields.join(', ')} ${from} LIMIT ${MOST_PRODUCTS}`)
      return rows.map((row) => toProduct(row, product))
    },
  }
}

function toField(row: Row): [string, FieldSetup][] {
  const { name, updateable, restrictedPicklist, picklistValues } = row
  if (typeof name !== 'string') return []
  const type = fieldType(row)
  const values = rowsOf(picklistValues).filter(({ active }) => active !== false)
  const restricted = restrictedPicklist === true && { values: values.flatMap(({ value }) => text(value) ?? []) }
  const writable = updateable === true
  return [[name.toLowerCase(), { name, ...(type !== undefined && { type }), writable, ...restricted }]]
}

function toProduct(row: Row, names: SetupOptions['product']): SoldProduct {
  const found = (name: string) =>
    text(Object.entries(row).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1])
  const [code, billingCycle] = [text(row.ProductCode), found(names.billingCycle)]
  return {
    id: id18(row.Id),
    pid: found(names.whmcsProductId) ?? '',
    ...(code !== undefined && { code }),
    ...(billingCycle !== undefined && { billingCycle }),
  }
}

function rowsOf(value: unknown): Row[] {
  return Array.isArray(value) ? value.map(toObject) : []
}

function toObject(value: unknown): Row {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
