import { Command } from 'commander'
import { durationBetween } from '../config/values.ts'
import { Refusal } from '../operations/refusal.ts'
import { requireLinkConfig } from './context.ts'
import { print, printJson } from './print.ts'

const EXPIRES = durationBetween('1s', '366d')

/** soapstone link: what a customer opens to see how an order stands. */
export function linkVerb(): Command {
  return new Command('link')
    .description('make a signed link to the status of an order, for the customer who waits for it')
    .argument('<order>', 'id of the order, 15 or 18 characters')
    .option('--expires <duration>', `how long it is good for (${EXPIRES.allowed})`, '1h')
    .option('--json', 'as JSON')
    .action(async (order: string, { expires, json }: { expires: string; json?: true }) => {
      const expiresAt = new Date(Date.now() + readExpires(expires))
      const { makeLink } = await import('../service/link.ts')
      const link = makeLink(requireLinkConfig(), order, expiresAt)
      if (json) printJson(link)
      else print(link.url)
    })
}

function readExpires(text: string): number {
  try {
    return EXPIRES.parse(text)
  } catch (error) {
    throw new Refusal('invalid', `--expires ${error instanceof Error ? error.message : error}`)
  }
}
