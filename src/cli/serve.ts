import closeWithGrace from 'close-with-grace'
import { Command, Option } from 'commander'
import { createLog } from '../runtime/logger.ts'
import { type Half, start } from '../service/start.ts'
import { requireConfig } from './context.ts'

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
      const config = requireConfig()
      const log = createLog(config.LOG_LEVEL)
      const service = await start(config, log, only)
      closeWithGrace({ delay: (config.DRAIN_SECONDS + 10) * 1_000, logger: false }, async ({ err, signal }) => {
        if (err) log.fatal({ err }, 'soapstone.crashed')
        else log.info({ signal }, 'soapstone.stopping')
        await service.close()
      })
    })
}
