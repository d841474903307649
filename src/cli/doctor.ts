import { Command } from 'commander'
import { type Examined, hasFailed } from '../operations/doctor/examine.ts'
import { readDoctorSettings } from './context.ts'
import { oneLine, print, printJson } from './print.ts'

/** soapstone doctor: what is wrong before the first order finds out. */
export function doctorVerb(): Command {
  return new Command('doctor')
    .description('check database, Salesforce, WHMCS and this installation; changes nothing')
    .option('--only <names>', 'only these checks or groups, separated by commas: database,salesforce.login')
    .option('--json', 'as JSON')
    .action(async ({ only, json }: { only?: string; json?: true }) => {
      const { diagnose } = await import('../service/doctor/doctor.ts')
      const names = only?.split(',').map((name) => name.trim())
      const checks = await diagnose({ ...readDoctorSettings(), when: 'any-time', ...(names && { only: names }) })
      if (json) printJson({ checks })
      else for (const check of checks) printCheck(check)
      if (hasFailed(checks)) process.exitCode = 1
      // A check that was given up may wait for its answer yet.
      process.stdout.write('', () => process.exit())
    })
}

function printCheck({ id, result, detail, remedy }: Examined): void {
  const line = `${result.padEnd(4)}  ${id}: ${detail}`
  print(oneLine(remedy === null ? line : `${line}. ${remedy}`))
}
