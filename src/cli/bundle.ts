import { writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { settingsForOthers } from '../config/for-others.ts'
import { Refusal } from '../operations/refusal.ts'
import { toWire } from '../operations/wire.ts'
import { readDoctorSettings, readSettings } from './context.ts'
import { print, printJson } from './print.ts'

/** soapstone bundle: what somebody needs who is to help, in one file. */
export function bundleVerb(): Command {
  return new Command('bundle')
    .description('write settings, versions, checks, status and failures into one file, without secrets or names')
    .option('--out <file>', 'where to; - prints it')
    .option('--json', 'say as JSON where it is')
    .action(async ({ out, json }: { out?: string; json?: true }) => {
      const { bundleFor } = await import('../service/bundle.ts')
      const { shown, hidden } = readSettings()
      const doctor = readDoctorSettings()
      const bundle = toWire(await bundleFor({ doctor, settings: settingsForOthers(shown), secrets: hidden() }))
      if (out === '-') return printJson(bundle)
      const file = out ?? `soapstone-bundle-${new Date().toISOString().replace(/[:.]/g, '-')}.json`
      write(file, `${JSON.stringify(bundle, null, 2)}\n`)
      if (json) printJson({ file })
      else print(`${file}: read it before you send it`)
    })
}

/** Nothing is written over, and nobody else may read it before it is sent. */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    throw new Refusal('conflict', `${file} can't be written: ${error instanceof Error ? error.message : error}`)
  }
}
