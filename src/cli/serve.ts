import { Command, Option } from 'commander'
import { organizationsOf } from '../config/organizations.ts'
import type { Config } from '../config/read.ts'
import { hasFailed } from '../operations/doctor/examine.ts'
import { Explained } from '../runtime/explained.ts'
import type { Log } from '../runtime/log.ts'
import type { Half, Service } from '../service/start.ts'
import { readDoctorSettings, readSettings, requireConfig } from './context.ts'

/** soapstone serve: receive, work, until a signal. */
export function serveVerb(): Command {
  return new Command('serve')
    .description('receive messages and work on them, until SIGTERM')
    .addOption(
      new Option('--only <half>', 'do only one of the two; the other needs a process of its own').choices([
        'listen',
        'work',
      ]),
    )
    .option('--check', 'examine everything first, as doctor does, and do not start where a check fails')
    .addHelpText('after', '\nSettings come from the environment and from ./.env: see soapstone config.')
    .action(async ({ only, check }: { only?: Half; check?: true }) => {
      const { config, warnings } = requireConfig()
      await serve(config, warnings, { only, check: check ?? config.CHECK_AT_START === 'on' })
    })
}

/** The signals that ask for an end, or for the changed mapping: a terminal that is closed means the first. */
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const

async function serve(
  config: Config,
  warnings: string[],
  { only, check }: { only: Half | undefined; check: boolean },
): Promise<void> {
  const { default: closeWithGrace } = await import('close-with-grace')
  const { createLog } = await import('../runtime/logger.ts')
  const { createOutput } = await import('../runtime/output.ts')
  const { awaitLedger } = await import('../service/await-ledger.ts')
  const { start } = await import('../service/start.ts')

  const log = createLog(config.LOG_LEVEL, createOutput(process.stdout))
  for (const warning of warnings) log.warn({ warning }, 'settings.warning')
  const stopping = new AbortController()
  let stopSignal: NodeJS.Signals | undefined
  let starting: Promise<Service> | undefined

  const { close } = closeWithGrace(
    { delay: (config.DRAIN_SECONDS + 10) * 1_000, logger: false, skip: [...SIGNALS] },
    async ({ err, signal = stopSignal }) => {
      if (err) log.fatal({ err }, 'soapstone.crashed')
      else log.info({ signal }, 'soapstone.stopping')
      stopping.abort()
      // What does not start says so itself, below.
      const service = await starting?.catch(() => undefined)
      await service?.close()
    },
  )
  // Once: npm and service managers pass on what the group has got already, and a second signal would end the wait for the
  // work in hand.
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (stopSignal !== undefined) return
      if (name === 'SIGHUP' && !process.stdout.isTTY) return void reload(starting, log)
      stopSignal = name
      close()
    })
  }
  try {
    await awaitLedger(config, log, stopping.signal)
    if (check) await checkFirst(log)
    starting = start({ config, organizations: organizationsOf(config), log, only })
    await starting
  } catch (error) {
    if (!stopping.signal.aborted) throw error
  }
}

/** What is wrong is said, and what was in force stays. */
async function reload(starting: Promise<Service> | undefined, log: Log): Promise<void> {
  const { config, problems } = readSettings()
  if (config === undefined || problems.length > 0) return log.error({ problems }, 'mapping.not_loaded')
  try {
    const service = await starting
    await service?.reload(organizationsOf(config))
  } catch (error) {
    log.error({ err: error }, 'mapping.not_loaded')
  }
}

/** Throws an Explained where something would fail the first order. */
async function checkFirst(log: Log): Promise<void> {
  const { diagnose } = await import('../service/doctor/doctor.ts')
  const checks = await diagnose({ ...readDoctorSettings(), when: 'start' })
  for (const { id, result, detail, remedy } of checks) {
    if (result !== 'ok') log[result === 'fail' ? 'error' : 'warn']({ check: id, detail, remedy }, `doctor.${result}`)
  }
  if (!hasFailed(checks)) return log.info({ checks: checks.length }, 'doctor.passed')
  const failed = checks.filter(({ result }) => result === 'fail')
  throw new Explained(
    `it does not start, because checks failed:\n${failed.map(({ id, detail, remedy }) => `  - ${id}: ${detail}. ${remedy}`).join('\n')}`,
  )
}
