/** The process that answers: one contender on a port and a database of its own. */
import { serveParent } from '../child.ts'
import { graphileWorker, naive, pgBoss } from './fastify.ts'
import { ours, oursAtWork, oursWithoutLedger, oursWorkBeside } from './ours.ts'
import { soapListen } from './soap-listen.ts'

/** Starts on an empty database and returns where messages go. */
export type StartContender = (databaseUrl: string) => Promise<string>

const CONTENDERS: Record<string, StartContender> = {
  ours,
  'ours, without a ledger': oursWithoutLedger,
  'ours, its stages at full load': oursAtWork,
  'ours, its stages in another process': oursWorkBeside,
  naive,
  'soap.listen + insert': soapListen,
  'Fastify + graphile-worker': graphileWorker,
  'Fastify + pg-boss': pgBoss,
}

const [name = '', databaseUrl = ''] = process.argv.slice(2)
serveParent({
  async start() {
    const start = CONTENDERS[name]
    if (!start) throw new Error(`no contender ${name}`)
    return { url: await start(databaseUrl) }
  },
  async processorTime() {
    const { user, system } = process.cpuUsage()
    return { us: user + system }
  },
})
