import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command, Option } from 'commander'
import { exportNotifications, readFormat } from '../operations/export.ts'
import type { AskedFilter } from '../operations/filter.ts'
import { withLedger } from './context.ts'
import { addFilters, filterWithin, readFilterOptions } from './filter-options.ts'

interface Options extends AskedFilter {
  format: string
  out?: string
}

/** soapstone export: notifications for other programs. */
export function exportVerb(): Command {
  return addFilters(new Command('export').description('write notifications for a spreadsheet, or for programs'))
    .addOption(
      new Option('--format <format>', 'csv: for Excel and the like; ndjson: JSON, a line each, the last says the end')
        .choices(['csv', 'ndjson'])
        .default('csv'),
    )
    .option('--json', 'the same as --format ndjson')
    .option('--out <file>', 'into this file, instead of to standard output')
    .action(({ format, json, out, ...asked }: Options & { json?: true }) => {
      const filter = readFilterOptions(asked)
      return withLedger(async (ledger, { organizationId }) => {
        const text = exportNotifications(ledger, {
          filter: filterWithin(organizationId, filter),
          format: readFormat(json ? 'ndjson' : format),
        })
        if (out === undefined) await pipeline(Readable.from(text), process.stdout, { end: false })
        else await pipeline(Readable.from(text), createWriteStream(out))
      })
    })
}
