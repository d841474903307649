import { Command } from 'commander'
import { mappingSchema as schemaOfMapping } from '../config/mapping/schema.ts'
import { readSettings } from './context.ts'
import { print, printJson } from './print.ts'
import { table } from './table.ts'

/** soapstone config: every setting, where it comes from, what it may be, and all that is wrong. */
export function configVerb(): Command {
  return new Command('config')
    .description('show every setting, where it comes from, and every problem')
    .option('--json', 'as JSON')
    .option('--mapping-schema', 'the JSON Schema of MAPPING_FILE instead, for editors')
    .action(({ json, mappingSchema }: { json?: true; mappingSchema?: true }) => {
      if (mappingSchema) return printJson(schemaOfMapping())
      const { shown, problems, warnings } = readSettings()
      if (problems.length > 0) process.exitCode = 1
      if (json) return printJson({ settings: shown, problems, warnings })
      print(
        table(
          ['SETTING', 'VALUE', 'SOURCE', 'ALLOWED'],
          shown.map(({ name, value, source, allowed }) => [name, value, source, allowed]),
        ),
      )
      print('')
      for (const warning of warnings) print(`warning: ${warning}`)
      for (const problem of problems) print(`problem: ${problem}`)
      if (problems.length === 0) print('no problems')
    })
}
