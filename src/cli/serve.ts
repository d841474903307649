import { Command, Option } from 'commander'
import { organizationsOf } from '../config/organizations.ts'
import type { Half } from '../service/start.ts'
import { requireConfig } from './context.ts'

/** The signals that ask for an end. */
const STOPPING = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const

/** soapstone serve: receive, work, until SIGTERM or SIGINT. */
export function serveVerb(): Command {
  return new Command('serve')
    .description('receive messages and work on them, until SIGTERM')
    .addOption(
      new Option('--only <half>', 'one of the two alone: the other needs a process of its own').choices([
        'listen',
        'work',
      ]),
    )
    .addHelpText('after', '\nSettings come from the environment and from ./.env: see soapstone config.')
    .action(async ({ only }: { only?: Half }) => {
      const { config, warnings } = requireConfig()
      const { default: closeWithGrace } = await import('close-with-grace')
      const { createLog } = await import('../runtime/logger.ts')
      const { start } = await import('../service/start.ts')
      const log = createLog(config.LOG_LEVEL)
      for (const warning of warnings) log.warn({ warning }, 'settings.warning')
      const service = await start({ config, organizations: organizationsOf(config), log, only })
      let stopping: NodeJS.Signals | undefined
      const delay = (config.DRAIN_SECONDS + 10) * 1_000
      const { close } = closeWithGrace(
        { delay, logger: false, skip: [...STOPPING] },
        async ({ err, signal = stopping }) => {
          if (err) log.fatal({ err }, 'soapstone.crashed')
          else log.info({ signal }, 'soapstone.stopping')
          await service.close()
        },
      )
      // Once: npm, a service manager and the command on an old Node pass on what the terminal or the group has sent us
      // already, and a second signal would end close-with-grace's wait for the work in hand.
      for (const name of STOPPING) {
        process.on(name, () => {
          if (stopping !== undefined) return
          stopping = name
          close()
        })
      }
    })
}
