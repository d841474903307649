/**
 * What somebody needs to know who is to help, and nothing that he must not: no secret, and nothing about customers. So it
 * takes only what is on its own list. Of the words of other systems, which may name anybody, it takes none.
 */
import type { Examined } from '../doctor/examine.ts'
import type { FailuresPort } from '../failures.ts'
import type { StatusPort } from '../status.ts'
import { createScrub } from './scrub.ts'

export interface BundleOptions {
  now: Date
  versions: { soapstone: string; node: string; platform: string }
  settings: ShownSetting[]
  problems: string[]
  warnings: string[]
  /** Values that are in no text of it. */
  secrets: string[]
  checks: Examined[]
  /** Rejects where it is away. */
  ledger: () => Promise<LedgerOfBundle>
}

/** `value`: only where it can be neither secret nor personal. */
export interface ShownSetting {
  name: string
  source: string
  value?: string
}

export interface LedgerOfBundle {
  standing: StatusPort['standing']
  failures: FailuresPort['failures']
  tables(): Promise<{ table: string; live: number; dead: number; bytes: number }[]>
}

export async function makeBundle(options: BundleOptions) {
  const { now, versions, settings, secrets, checks } = options
  const scrub = createScrub(secrets)
  return {
    format: 1,
    createdAt: now,
    versions,
    settings: settings.map((one) => (one.value === undefined ? one : { ...one, value: scrub(one.value) })),
    problems: options.problems.map(scrub),
    warnings: options.warnings.map(scrub),
    doctor: checks.map((check) => shownCheck(check, scrub)),
    ...(await readLedger(options.ledger)),
  }
}

export type Bundle = Awaited<ReturnType<typeof makeBundle>>

async function readLedger(open: BundleOptions['ledger']) {
  try {
    const ledger = await open()
    const [standing, failures, tables] = await Promise.all([
      ledger.standing(),
      ledger.failures(undefined),
      ledger.tables(),
    ])
    const { schema } = standing
    return { status: statusOf(standing), failures, schema: { ...schema, tables } }
  } catch (error) {
    // Its words may name a host or a user; the doctor says more.
    return { status: undefined, ledger: `not read: ${error instanceof Error ? error.name : 'unknown'}` }
  }
}

function statusOf(standing: Awaited<ReturnType<StatusPort['standing']>>) {
  const { ready, counts, deadLetters, lastHour, swept, workers, marker, salesforce, pauses, subscriptions } = standing
  return {
    ...{ ready, counts, deadLetters, lastHour, swept, marker, salesforce },
    workers: workers.map(({ version, startedAt, seenAt }) => ({ version, startedAt, seenAt })),
    pauses: pauses.map(({ organizationId, step, code, byPerson, since, until }) => {
      return { organizationId, step, code, byPerson, since, until }
    }),
    subscriptions: subscriptions.map(({ organizationId, topic, state, errorCode, since, lastEventAt, deliveries }) => {
      return { organizationId, topic, state, errorCode, since, lastEventAt, deliveries }
    }),
  }
}

/** What stands after the code, or after the reason why it was not checked, are the words of others. */
const WORDS_OF_OTHERS =
  /^([A-Z]+(?:_[A-Z]+)+|not checked, because .*?|the .*? can't be read|.*? can't be reached from here): .*$/s

function shownCheck({ id, result, detail, remedy }: Examined, scrub: (text: string) => string): Examined {
  return { id, result, detail: scrub(detail.replace(WORDS_OF_OTHERS, '$1')), remedy: remedy && scrub(remedy) }
}
