import { Command } from 'commander'
import { EVENT_TYPES } from '../domain/event.ts'
import {
  type DeliveryPort,
  listDeliveries,
  redeliver,
  type ShownDelivery,
  testWebhook,
} from '../operations/deliveries.ts'
import { Refusal } from '../operations/refusal.ts'
import {
  addWebhook,
  removeWebhook,
  rotateWebhook,
  SECRET_OVERLAP,
  type Webhook,
  type WebhookPort,
  type WebhookRules,
  type WebhookWithSecret,
} from '../operations/webhooks.ts'
import { currentUser, withLedger } from './context.ts'
import { oneLine, print, printJson } from './print.ts'
import { table, time } from './table.ts'

/** soapstone webhook: who is told of what happens. */
export function webhookVerb(): Command {
  return new Command('webhook')
    .description('say who is told of what happens, and look at what they answered')
    .addHelpText('after', '\nTakes the login of the owner of the ledger, or one with the role ledger_service.')
    .addCommand(addVerb())
    .addCommand(listVerb())
    .addCommand(testVerb())
    .addCommand(rotateVerb())
    .addCommand(removeVerb())
    .addCommand(deliveriesVerb())
    .addCommand(redeliverVerb())
}

type Ports = WebhookPort & DeliveryPort

function withWebhooks<T>(work: (ledger: Ports, rules: WebhookRules) => Promise<T>): Promise<T> {
  return withLedger((ledger, { webhooks }) =>
    work(ledger.webhooks(webhooks), { allowPrivate: webhooks.WEBHOOK_ALLOW_PRIVATE === 'true' }),
  )
}

interface AddOptions {
  types: string
  filter?: string[]
  description?: string
  json?: true
}

function addVerb(): Command {
  return new Command('add')
    .description('tell that address of events; its secret is shown this once')
    .argument('<url>', 'where they are sent')
    .requiredOption('--types <types>', `separated by commas: ${EVENT_TYPES.join(', ')}`)
    .option('--filter <field=value...>', 'only events whose data has this value')
    .option('--description <text>', 'what it is for')
    .option('--json', 'as JSON')
    .action((url: string, { types, filter = [], description, json }: AddOptions) => {
      const wanted = types.split(',').map((type) => type.trim())
      const request = { url, types: wanted, filter: readPairs(filter), description, by: currentUser() }
      return withWebhooks(async (ledger, rules) => printNew(await addWebhook(ledger, request, rules), json))
    })
}

function readPairs(pairs: string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1)
        throw new Refusal('invalid', `--filter: '${pair}' is not a field and its value, such as step=provision`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}

function printNew({ id, url, types, secret }: WebhookWithSecret, json: true | undefined): void {
  if (json) {
    printJson({ id, url, types, secret })
    return
  }
  print(secret)
  print(`webhook ${id} signs with it what is sent to ${oneLine(url)}. It is not shown again.`)
}

function listVerb(): Command {
  return new Command('list')
    .description('list webhooks, newest first')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: true }) =>
      withWebhooks(async (ledger) => {
        const found = await ledger.list()
        if (json) printJson(found)
        else print(found.length === 0 ? 'none' : tableOf(found))
      }),
    )
}

function tableOf(webhooks: Webhook[]): string {
  return table(
    ['ID', 'STATE', 'TYPES', 'FILTER', 'URL', 'FAILING SINCE', 'WHY'],
    webhooks.map(({ id, state, types, filter, url, failingSince, disabledReason, description }) => [
      id,
      state,
      types.join(','),
      Object.entries(filter)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
      // Of Slack and the like the path is as good as a password.
      new URL(url).origin,
      time(failingSince),
      disabledReason ?? description,
    ]),
  )
}

function testVerb(): Command {
  return new Command('test')
    .description('send an event of the type webhook.test, and say what was answered')
    .argument('<id>', 'as soapstone webhook list shows it')
    .option('--json', 'as JSON')
    .action((id: string, { json }: { json?: true }) =>
      withWebhooks(async (ledger) => {
        const delivery = await testWebhook(ledger, id)
        if (json) printJson(toJson(delivery))
        else print(`${delivery.state}: ${delivery.error ?? `answered ${delivery.status}`}`)
        if (delivery.state !== 'delivered') process.exitCode = 1
      }),
    )
}

function rotateVerb(): Command {
  return new Command('rotate')
    .description('make a new secret; the old one signs beside it for a while')
    .argument('<id>', 'as soapstone webhook list shows it')
    .option('--overlap <time>', 'how long the old one signs', SECRET_OVERLAP)
    .option('--json', 'as JSON')
    .action((id: string, { overlap, json }: { overlap: string; json?: true }) =>
      withWebhooks(async (ledger) => printNew(await rotateWebhook(ledger, { id, overlap, by: currentUser() }), json)),
    )
}

function removeVerb(): Command {
  return new Command('remove')
    .description('tell that address nothing more')
    .argument('<id>', 'as soapstone webhook list shows it')
    .option('--json', 'as JSON')
    .action((id: string, { json }: { json?: true }) =>
      withWebhooks(async (ledger) => {
        const removed = await removeWebhook(ledger, { id, by: currentUser() })
        if (json) printJson(removed)
        else print(`webhook ${id} is removed`)
      }),
    )
}

function deliveriesVerb(): Command {
  return new Command('deliveries')
    .description('what it was told and what it answered, newest first')
    .argument('<id>', 'as soapstone webhook list shows it')
    .option('--state <state>', 'waiting, delivered or failed')
    .option('--json', 'as JSON')
    .action((id: string, { state, json }: { state?: string; json?: true }) =>
      withWebhooks(async (ledger) => {
        const { items } = await listDeliveries(ledger, { id, state, limit: 100 })
        if (json) return printJson(items.map(toJson))
        print(items.length === 0 ? 'none' : logOf(items))
      }),
    )
}

function logOf(deliveries: ShownDelivery[]): string {
  return table(
    ['ID', 'STATE', 'TYPE', 'TRIES', 'SENT', 'NEXT', 'ANSWER'],
    deliveries.map(({ id, state, type, attempt, sentAt, nextAttemptAt, status, error }) => {
      return [id, state, type, attempt, time(sentAt), time(nextAttemptAt), error ?? status]
    }),
  )
}

function redeliverVerb(): Command {
  return new Command('redeliver')
    .description('send an event once more, with the same id and a fresh schedule')
    .argument('<delivery>', 'as soapstone webhook deliveries shows it')
    .option('--json', 'as JSON')
    .action((id: string, { json }: { json?: true }) =>
      withWebhooks(async (ledger) => {
        const delivery = await redeliver(ledger, id)
        if (json) printJson(toJson(delivery))
        else print(`${delivery.id} is sent again`)
      }),
    )
}

function toJson({ status, error, sentAt, ...delivery }: ShownDelivery) {
  return { ...delivery, status: status ?? null, error: error ?? null, sentAt: sentAt ?? null }
}
