/** Webhooks: who is told of what happens. */
import type { EventType, Format } from '../domain/event.ts'
import { type Actor, readActor } from './act.ts'
import { Refusal } from './refusal.ts'
import { readLifetime } from './time.ts'
import { makeSecret, readDescription, readFilter, readTypes, readWebhookUrl } from './webhook-text.ts'

export interface Webhook {
  id: string
  url: string
  types: string[]
  /** Only events whose data has these values. */
  filter: Record<string, unknown>
  description: string | undefined
  format: Format
  state: 'active' | 'disabled'
  /** Why nobody is told there any more. */
  disabledReason: string | undefined
  /** The settings say what it is. */
  bySetting: boolean
  createdAt: Date
  /** Nothing has arrived since. */
  failingSince: Date | undefined
}

/** One whose secret has just been made. Nobody can be shown it again. */
export interface WebhookWithSecret extends Webhook {
  secret: string
}

export interface WebhookChange {
  url?: string | undefined
  types?: readonly EventType[] | undefined
  filter?: Record<string, string> | undefined
  description?: string | undefined
  state?: Webhook['state'] | undefined
}

export interface WebhookPort {
  list(): Promise<Webhook[]>
  find(id: string): Promise<Webhook | undefined>
  add(webhook: NewWebhook): Promise<void>
  change(id: string, change: WebhookChange, by: Actor): Promise<void>
  remove(id: string, by: Actor): Promise<boolean>
  /** The secrets before it sign as long as the overlap. */
  rotate(rotation: { id: string; secret: string; overlapMs: number; by: Actor }): Promise<void>
}

interface NewWebhook {
  id: string
  url: string
  types: readonly EventType[]
  filter: Record<string, string>
  description: string | undefined
  secret: string
  by: Actor
}

export interface WebhookRules {
  /** Addresses of our own network, and http. */
  allowPrivate: boolean
}

export interface WebhookRequest {
  url: string
  types: readonly string[]
  /** Names of fields of the data, each with the text that it must have. */
  filter?: unknown
  description?: string | undefined
  by: Actor
}

export async function addWebhook(
  ledger: WebhookPort,
  request: WebhookRequest,
  rules: WebhookRules,
): Promise<WebhookWithSecret> {
  const { id, secret } = makeSecret()
  await ledger.add({
    id,
    secret,
    by: readActor(request.by),
    url: readWebhookUrl(request.url, rules),
    types: readTypes(request.types),
    filter: readFilter(request.filter ?? {}),
    description: request.description === undefined ? undefined : readDescription(request.description),
  })
  return { ...(await findWebhook(ledger, id)), secret }
}

export async function findWebhook(ledger: Pick<WebhookPort, 'find'>, id: string): Promise<Webhook> {
  const webhook = await ledger.find(id)
  if (webhook === undefined) throw new Refusal('unknown', `there is no webhook ${id}`)
  return webhook
}

export interface ChangeRequest {
  url?: string | undefined
  types?: readonly string[] | undefined
  filter?: unknown
  description?: string | undefined
  state?: 'active' | 'disabled' | undefined
}

/** What is not named stays as it is. */
export async function changeWebhook(
  ledger: WebhookPort,
  { id, change, by, rules }: { id: string; change: ChangeRequest; by: Actor; rules: WebhookRules },
): Promise<Webhook> {
  notBySetting(await findWebhook(ledger, id))
  const changes = {
    url: change.url === undefined ? undefined : readWebhookUrl(change.url, rules),
    types: change.types === undefined ? undefined : readTypes(change.types),
    filter: change.filter === undefined ? undefined : readFilter(change.filter),
    description: change.description === undefined ? undefined : readDescription(change.description),
    state: change.state,
  }
  await ledger.change(id, changes, readActor(by))
  return await findWebhook(ledger, id)
}

export async function removeWebhook(ledger: WebhookPort, { id, by }: { id: string; by: Actor }): Promise<Webhook> {
  const webhook = notBySetting(await findWebhook(ledger, id))
  await ledger.remove(id, readActor(by))
  return webhook
}

/** How long the old secret signs beside the new one. */
export const SECRET_OVERLAP = '24h'

export async function rotateWebhook(
  ledger: WebhookPort,
  { id, by, overlap = SECRET_OVERLAP }: { id: string; by: Actor; overlap?: string | undefined },
): Promise<WebhookWithSecret> {
  const overlapMs = readLifetime(overlap)
  if (overlapMs === undefined) throw new Refusal('invalid', `overlap: '${overlap}' is not a time such as 1h or 7d`)
  const webhook = notBySetting(await findWebhook(ledger, id))
  const { secret } = makeSecret()
  await ledger.rotate({ id, secret, overlapMs, by: readActor(by) })
  return { ...webhook, secret }
}

function notBySetting(webhook: Webhook): Webhook {
  if (!webhook.bySetting) return webhook
  throw new Refusal('conflict', `webhook ${webhook.id} is what the settings say: change ALERT_WEBHOOK and the like`)
}
