/** What an organisation says of its own setup: versions, limits, describes, permissions, outbound messages and flows. */
import type { IdKind, NextId } from './ids.ts'
import type { Org } from './org.ts'
import { error, ok, type Reply } from './reply.ts'
import { readOnly, schema } from './schema.ts'
import { orderFields } from './sobject.ts'
import { MalformedQuery, parseSoql, type Select } from './soql.ts'

/** What a test may change while the server runs. */
export interface Setup {
  versions: string[]
  limits: Record<'DailyApiRequests' | 'DailyDeliveredPlatformEvents', { Max: number; Remaining: number }>
  /** Of the integration user, by the name in SOQL. `PermissionsEnableNotifications` is *Send Outbound Messages*. */
  permissions: Record<string, boolean>
  /** `Order.Status`: fields that this user does not see, or may not change. */
  invisible: Set<string>
  unwritable: Set<string>
  picklists: Record<string, { values: string[]; restricted: boolean }>
  messages: OutboundMessage[]
  flows: Flow[]
  rules: WorkflowRule[]
  /** `Order.Status`: as a WSDL has them. Others are strings, or what their name says. */
  types: Record<string, string>
}

export interface OutboundMessage {
  object: string
  name: string
  endpointUrl: string
  /** Without Id. */
  fields: string[]
}

export interface Flow {
  name: string
  object: string
  active: boolean
  /** `Order.Soapstone`: the message that it sends, if it does. */
  sends?: string
}

export interface WorkflowRule {
  name: string
  object: string
  active: boolean
  /** Name of the outbound message that it sends. */
  sends?: string
  /** It sends it some time later. */
  timed?: true
}

export function createSetup(): Setup {
  const statuses = ['Activating', 'Provisioned', 'Failed']
  return {
    versions: ['66.0', '67.0', '68.0'],
    limits: {
      DailyApiRequests: { Max: 15_000, Remaining: 14_990 },
      DailyDeliveredPlatformEvents: { Max: 25_000, Remaining: 24_000 },
    },
    permissions: { PermissionsEditActivatedOrders: true, PermissionsEnableNotifications: false },
    invisible: new Set(),
    unwritable: new Set(),
    picklists: {
      'Order.Provisioning_Status__c': { values: statuses, restricted: true },
      'Order.Status': { values: ['Draft', 'Approved', 'Activated'], restricted: false },
    },
    messages: [
      {
        object: 'Order',
        name: 'Soapstone',
        endpointUrl: 'https://soapstone.example.com/outbound-messages/order',
        fields: orderFields.filter((name) => name !== 'Id'),
      },
    ],
    flows: [{ name: 'Soapstone_Order_Approved', object: 'Order', active: true, sends: 'Order.Soapstone' }],
    rules: [],
    types: {
      'Order.EffectiveDate': 'xsd:date',
      'Order.TotalAmount': 'xsd:double',
      'OrderItem.Quantity': 'xsd:double',
      'OrderItem.UnitPrice': 'xsd:double',
    },
  }
}

/** The reply to a request that asks for setup; undefined: it does not. */
export function createSetupReplies({ setup, org, nextId }: { setup: Setup; org: Org; nextId: NextId }) {
  const ids = new Map<object, string>()
  function idOf(thing: object, type: IdKind): string {
    const id = ids.get(thing) ?? nextId(type)
    ids.set(thing, id)
    return id
  }

  return (resource: string, soql: string): Reply | undefined => {
    const [, object] = /^sobjects\/(\w+)\/describe$/.exec(resource) ?? []
    if (object !== undefined) return describe(object)
    if (resource === 'limits') return ok(setup.limits)
    if (resource === 'tooling/query')
      return answer(soql, { WorkflowOutboundMessage: messages, Flow: flowVersions, WorkflowRule: rules })
    if (resource === 'query' && /\bFROM\s+(?:UserPermissionAccess|FlowDefinitionView)\b/i.test(soql)) {
      return answer(soql, { UserPermissionAccess: () => [setup.permissions], FlowDefinitionView: definitions })
    }
    return undefined
  }

  function describe(object: string): Reply {
    const fields = schema[object]?.fields
    if (fields === undefined) return error(404, 'NOT_FOUND', 'The requested resource does not exist')
    const visible = org.fieldNames(object).filter((name) => !setup.invisible.has(`${object}.${name}`))
    return ok({ name: object, fields: visible.map((name) => describeField(object, name)) })
  }

  function describeField(object: string, name: string) {
    const { values = [], restricted = false } = setup.picklists[`${object}.${name}`] ?? {}
    return {
      name,
      soapType: typeOf(object, name),
      updateable: name !== 'Id' && !readOnly.has(name) && !setup.unwritable.has(`${object}.${name}`),
      restrictedPicklist: restricted,
      picklistValues: values.map((value) => ({ active: true, defaultValue: false, label: value, value })),
    }
  }

  function typeOf(object: string, name: string): string {
    const given = setup.types[`${object}.${name}`]
    if (given !== undefined) return given
    if (/Id$/.test(name)) return 'tns:ID'
    if (/^Is[A-Z]/.test(name)) return 'xsd:boolean'
    return /(?:Date|Modstamp|_At__c)$/.test(name) ? 'xsd:dateTime' : 'xsd:string'
  }

  function answer(soql: string, tables: Record<string, () => Record<string, unknown>[]>): Reply {
    try {
      const select = parseSoql(soql)
      const rows = tables[select.from]?.()
      if (rows === undefined) return error(400, 'INVALID_TYPE', `sObject type '${select.from}' is not supported.`)
      const records = rows.filter((row) => meets(select, row)).map((row) => project(select, row))
      // As Salesforce does: what costs much comes one at a time.
      if (records.length > 1 && select.fields.some(([name]) => name === 'Metadata' || name === 'FullName')) {
        return error(
          400,
          'MALFORMED_QUERY',
          'When retrieving results with Metadata or FullName fields, the query qualifications must specify no more than one row for retrieval.',
        )
      }
      return ok({ size: records.length, totalSize: records.length, done: true, records })
    } catch (reason) {
      if (reason instanceof MalformedQuery) return error(400, 'MALFORMED_QUERY', reason.message)
      if (reason instanceof UnknownColumn) return error(400, 'INVALID_FIELD', reason.message)
      throw reason
    }
  }

  function messages() {
    return setup.messages.map((message) => ({
      Id: idOf(message, 'WorkflowOutboundMessage'),
      Name: message.name,
      FullName: `${message.object}.${message.name}`,
      EntityDefinition: { QualifiedApiName: message.object },
      Metadata: {
        apiVersion: 67,
        endpointUrl: message.endpointUrl,
        fields: ['Id', ...message.fields],
        includeSessionId: false,
        name: message.name,
        protected: false,
        useDeadLetterQueue: false,
      },
    }))
  }

  function definitions() {
    return setup.flows.map((flow) => ({
      ApiName: flow.name,
      IsActive: flow.active,
      TriggerType: 'RecordAfterSave',
      TriggerObjectOrEvent: { QualifiedApiName: flow.object },
      ActiveVersionId: flow.active ? idOf(flow, 'Flow') : null,
      LatestVersionId: idOf(flow, 'Flow'),
    }))
  }

  function rules() {
    return setup.rules.map((rule) => {
      const actions = rule.sends === undefined ? [] : [{ name: rule.sends, type: 'OutboundMessage' }]
      return {
        Id: idOf(rule, 'WorkflowRule'),
        Name: rule.name,
        TableEnumOrId: rule.object,
        Metadata: {
          active: rule.active,
          actions: rule.timed ? [] : actions,
          workflowTimeTriggers: rule.timed ? [{ actions, timeLength: '1' }] : [],
        },
      }
    })
  }

  function flowVersions() {
    return setup.flows.map(({ sends, ...flow }, i) => ({
      Id: idOf(setup.flows[i] ?? flow, 'Flow'),
      Metadata: {
        label: flow.name,
        status: flow.active ? 'Active' : 'Draft',
        actionCalls: sends === undefined ? [] : [{ name: 'Send', actionName: sends, actionType: 'outboundMessage' }],
      },
    }))
  }
}

class UnknownColumn extends Error {}

function valueAt(row: Record<string, unknown>, path: string[]): unknown {
  let value: unknown = row
  for (const name of path) {
    const entry =
      typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name) : undefined
    if (entry === undefined) throw new UnknownColumn(`No such column '${path.join('.')}'`)
    value = entry[1]
  }
  return value
}

function meets({ where }: Select, row: Record<string, unknown>): boolean {
  return where.every(({ path, values }) => values.some((value) => value === valueAt(row, path)))
}

function project({ fields }: Select, row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    fields.map((path) => [path[0] ?? '', path.length === 1 ? valueAt(row, path) : row[path[0] ?? '']]),
  )
}
