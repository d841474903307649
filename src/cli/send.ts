import { Command } from 'commander'
import type { SendOptions } from '../service/send.ts'
import { requireSendConfig } from './context.ts'
import { print, printJson } from './print.ts'

/** soapstone send: one outbound message, as Salesforce would send it, and what came back. */
export function sendVerb(): Command {
  return new Command('send')
    .description('send one outbound message as Salesforce would, and say what came back')
    .option('--url <url>', 'where to send it; default: this installation, as its settings say')
    .option('--order <id>', 'the record that it is about; default: one that was deleted, which makes no work')
    .option('--endpoint <name>', 'use the contract of this endpoint; default: the first that there is work for')
    .option('--json', 'as JSON')
    .action(async ({ json, ...options }: SendOptions & { json?: true }) => {
      const config = requireSendConfig()
      const { send } = await import('../service/send.ts')
      const { inWords, ...sent } = await send(config, options)
      if (json) printJson(sent)
      else print(`${sent.url}\n${inWords} (notification ${sent.notificationId}, ${sent.ms} ms)`)
      if (sent.result !== 'ack') process.exitCode = 1
    })
}
