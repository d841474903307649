/** The outbound messages and the flows of an organisation, by its Tooling API. Only reads. */
import { text } from './order-query.ts'
import type { Rest, Row } from './rest.ts'
import type { Sessions } from './session.ts'

export interface OutboundMessageSetup {
  name: string
  endpointUrl: string
  fields: string[]
}

export interface FlowSetup {
  name: string
  active: boolean
  /** Names of the outbound messages that it sends. */
  sends: string[]
}

/** A workflow rule. No new ones can be made, and the old ones go on. */
export interface RuleSetup {
  name: string
  active: boolean
  sends: string[]
}

/** Of each object there are few. More are not looked at: each costs a call. */
const MOST = 20

export function createAutomation({ sessions, rest }: { sessions: Sessions; rest: Rest }) {
  const query = (soql: string) => sessions.use([], (connection) => rest.query(connection, [soql]))
  const tooling = (soql: string) => sessions.use([], (connection) => rest.tooling(connection, soql))
  /** Salesforce gives metadata of one row at a time. */
  const metadata = async (type: string, id: string) => {
    const [row = {}] = await tooling(`SELECT Metadata FROM ${type} WHERE Id = '${id}'`)
    return toObject(row.Metadata)
  }

  return {
    /** The outbound messages about an object. */
    async messages(object: string): Promise<OutboundMessageSetup[]> {
      const where = `WHERE EntityDefinition.QualifiedApiName = '${object}'`
      const rows = await tooling(`SELECT Id, Name FROM WorkflowOutboundMessage ${where} LIMIT ${MOST}`)
      return Promise.all(
        rows.map(async ({ Id, Name }) => {
          const { endpointUrl, fields } = await metadata('WorkflowOutboundMessage', idOf(Id))
          return {
            name: text(Name) ?? '',
            endpointUrl: text(endpointUrl) ?? '',
            fields: (Array.isArray(fields) ? fields : []).map(String),
          }
        }),
      )
    },
    /** The flows that run after a record of the object was saved. */
    async flows(object: string): Promise<FlowSetup[]> {
      const where = `WHERE TriggerType = 'RecordAfterSave' AND TriggerObjectOrEvent.QualifiedApiName = '${object}'`
      const fields = 'ApiName, IsActive, ActiveVersionId, LatestVersionId'
      const rows = await query(`SELECT ${fields} FROM FlowDefinitionView ${where} LIMIT ${MOST}`)
      return Promise.all(rows.map(toFlow))
    },
    /** The workflow rules of a standard object. */
    async rules(object: string): Promise<RuleSetup[]> {
      const rows = await tooling(`SELECT Id, Name FROM WorkflowRule WHERE TableEnumOrId = '${object}' LIMIT ${MOST}`)
      return Promise.all(
        rows.map(async ({ Id, Name }) => {
          const { active, actions, workflowTimeTriggers } = await metadata('WorkflowRule', idOf(Id))
          const timed = objectsOf(workflowTimeTriggers).flatMap((trigger) => objectsOf(trigger.actions))
          const messages = [...objectsOf(actions), ...timed].filter(({ type }) => type === 'OutboundMessage')
          return { name: text(Name) ?? '', active: active === true, sends: messages.map(({ name }) => messageOf(name)) }
        }),
      )
    },
  }

  async function toFlow({ ApiName, ActiveVersionId, LatestVersionId }: Row): Promise<FlowSetup> {
    const active = text(ActiveVersionId)
    // Those of a managed package have no metadata for others.
    const { actionCalls } = await metadata('Flow', idOf(active ?? LatestVersionId))
    const calls = objectsOf(actionCalls)
    return {
      name: text(ApiName) ?? '',
      active: active !== undefined,
      sends: calls
        .filter(({ actionType }) => actionType === 'outboundMessage')
        .map(({ actionName }) => messageOf(actionName)),
    }
  }
}

/** `Order.Soapstone` -> `Soapstone`. */
function messageOf(actionName: unknown): string {
  return String(actionName ?? '').replace(/^\w+\./, '')
}

/** It goes into a query: nothing but an id. */
function idOf(value: unknown): string {
  return /^\w{15,18}$/.exec(String(value ?? ''))?.[0] ?? ''
}

function objectsOf(value: unknown): Row[] {
  return Array.isArray(value) ? value.map(toObject) : []
}

function toObject(value: unknown): Row {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
