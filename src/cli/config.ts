import { Command } from 'commander'
import { readConfig } from '../config/read.ts'
import { dotEnv, print, printJson } from './context.ts'
import { table } from './table.ts'

/** soapstone config: every setting, where it comes from, and all that is wrong. */
export function configVerb(): Command {
  return new Command('config')
    .description('every setting, where it comes from, and everything that is wrong')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: true }) => {
      const { shown, problems } = readConfig(process.env, dotEnv())
      if (json) printJson({ settings: shown, problems })
      else {
        print(
          table(
            ['SETTING', 'VALUE', 'SOURCE'],
            shown.map(({ name, value, source }) => [name, value, source]),
          ),
        )
        print(
          problems.length === 0 ? '\nno problems' : `\n${problems.map((problem) => `problem: ${problem}`).join('\n')}`,
        )
      }
      if (problems.length > 0) process.exitCode = 1
    })
}
