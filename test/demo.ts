/**
 * npm run demo: the whole job, on this machine, without a setting. Both simulators, an embedded Postgres and the real
 * service; then everything that can happen to an order, what became of it, and what to try by hand.
 */
import { existsSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createToken } from '../src/operations/tokens.ts'
import { tokensOfPeople } from '../src/service/tokens.ts'
import { playHistory } from './demo/history.ts'
import { cliLine, suggest } from './demo/next.ts'
import { createScreen } from './demo/screen.ts'
import { LOG, runCli } from './demo/service.ts'
import { allProvisioned, openCount, playStory, type Story, text } from './demo/story.ts'
import { summarize, verifyEnd } from './demo/summary.ts'
import { openWorld, type World } from './demo/world.ts'
import { until } from './helpers/until.ts'

const USAGE = `npm run demo [-- options]

  --once            end after the summary: exit code 0 if everything is as promised, or else 1
  --port <port>     where the service listens (8080, or any free port when that is taken)
  --folder <path>   where Postgres, log and message file live; wiped at the start (.soapstone/demo)
`

const root = fileURLToPath(new URL('..', import.meta.url))
const options = readOptions()
const folder = options.folder === undefined ? resolve(root, '.soapstone/demo') : resolve(options.folder)
const inside = relative(root, folder)
const shownFolder = inside.startsWith('..') || isAbsolute(inside) ? folder : inside

const screen = createScreen(process.stdout)
const stopping = new AbortController()
const closers: (() => Promise<unknown>)[] = []

/** Resolves at the first signal. npm passes on what the terminal has sent already: there may be more of them. */
const interrupted = new Promise<'interrupted'>((done) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => done('interrupted'))
  // Nobody reads any more: `npm run demo | head`, or the terminal is gone.
  process.stdout.on('error', () => done('interrupted'))
})

process.exit(await main())

async function main(): Promise<number> {
  let ended: number | 'interrupted'
  let wasUp = false
  const onUp = () => {
    wasUp = true
  }
  try {
    ended = await Promise.race([show(onUp), interrupted])
    if (ended === 'interrupted') screen.closing('Stopping ...')
  } catch (error) {
    screen.closing(`The demo failed: ${error instanceof Error ? error.message : error}`)
    // Before the folder is taken, the log in it is another demo's.
    const log = `${shownFolder}/${LOG}`
    if (closers.length > 0 && existsSync(resolve(folder, LOG))) screen.closing(`The log of the service: ${log}`)
    ended = 1
  }
  stopping.abort()
  for (const close of closers.reverse()) {
    await close().catch((error: unknown) => screen.closing(`while stopping: ${error}`))
  }
  if (ended !== 'interrupted') return ended
  screen.closing('Stopped: nothing of the demo is running any more.')
  return wasUp ? 0 : 130
}

/** Ends only with --once; else it stays up until something dies. */
async function show(onUp: () => void): Promise<number> {
  screen.plain('Soapstone: Salesforce -> Soapstone -> WHMCS and back, everything on this machine')
  screen.heading('Starting')
  const world = await openWorld({
    screen,
    folder,
    shownFolder,
    port: options.port,
    signal: stopping.signal,
    closing: (close) => closers.push(close),
  })
  return Promise.race([showIn(world, onUp), world.service.died])
}

async function showIn(world: World, onUp: () => void): Promise<number> {
  const story = await playStory(world)
  screen.heading('Summary')
  const { lines, broken } = await summarize(world, story)
  for (const [name, value] of lines) screen.plain(`  ${name.padEnd(18)}${value}`)
  await mend(world, story)
  broken.push(...(await verifyEnd(world, story)))

  if (broken.length === 0) {
    const count = story.orderIds.length
    screen.heading(`As promised: ${count} orders approved, each in WHMCS once, all ${count} Provisioned in Salesforce`)
  } else {
    screen.heading('Not as promised. These should be true:')
    for (const promise of broken) screen.plain(`  - ${promise}`)
  }
  screen.heading('Something to look at')
  await playHistory(world)
  const token = await makeToken(world)
  if (options.once) return broken.length === 0 ? 0 : 1
  screen.heading(
    'It stays up. Try this in another terminal, at the root of the repository; Ctrl-C here stops everything',
  )
  screen.plain(`\n  The page for admins  ${world.service.adminUrl}/admin/\n  its token            ${token}\n`)
  screen.plain(await suggest(world, story, shownFolder))
  world.whmcs.on('done', ({ action, order }) => {
    if (action === 'AcceptOrder' && order) screen.event(`WHMCS accepted order ${order.id} (${order.notes})`)
  })
  onUp()
  return new Promise<never>(() => {})
}

/** For the page: what it shows of itself is this demo's, and so is what it may do. */
async function makeToken({ pool }: World): Promise<string> {
  const request = {
    name: 'you',
    scopes: ['admin'],
    expires: '1d',
    by: { name: 'the demo', via: 'cli' } as const,
    now: new Date(),
  }
  return (await createToken(tokensOfPeople(pool), request)).token
}

/** As an admin would: mend what the dead letter names, then replay it. */
async function mend(world: World, { unmappedId, unmappedProductId }: Story): Promise<void> {
  const { salesforce } = world
  screen.heading('Mending what was refused')
  salesforce.update(unmappedProductId, { WHMCS_Product_ID__c: '212' })
  screen.event(`in Salesforce, WHMCS_Product_ID__c of ${text(salesforce, unmappedProductId, 'Name')} is now 212`)
  const reason = 'the product is mapped now'
  screen.event(`$ ${cliLine(shownFolder, `replay ${unmappedId} --reason '${reason}'`)}`)
  screen.event(await runCli(folder, ['replay', unmappedId, '--reason', reason], stopping.signal))
  await allProvisioned(world, [unmappedId])
  await until(async () => (await openCount(world)) === 0, 'nothing is open in the ledger')
}

function readOptions(): { once: boolean; port: number | undefined; folder: string | undefined } {
  const string = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  try {
    const { values } = parseArgs({ options: { once: flag, help: flag, port: string, folder: string } })
    if (values.help) {
      process.stdout.write(USAGE)
      process.exit(0)
    }
    const port = values.port === undefined ? undefined : Number(values.port)
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536))
      throw new Error('--port: no port')
    return { once: values.once, port, folder: values.folder }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
    process.exit(2)
  }
}
