/**
 * The organisations that this process works for. They come and go while it runs.
 */
import type { Organization } from '../config/organizations.ts'
import type { Inspector } from '../ledger/people/inspect.ts'
import type { Log } from '../runtime/log.ts'
import type { AtWork } from './organization.ts'

/** What an organisation has of its own in a process. */
export interface Member {
  atWork: AtWork
  /** Rejects when it can't begin. */
  start(): Promise<void>
  /** Gives back what it has in hand. */
  stop(): Promise<void>
}

export interface MembersOptions {
  /** Those of the settings at the start. It is changed: whoever has it sees those of now. */
  organizations: Organization[]
  /** Not where this process only listens. */
  works: boolean
  join(organization: Organization): Promise<Member>
  /** How many of its notifications are open. */
  open(organizationId: string): Promise<number>
  log: Log
}

export interface Members {
  /** On whose orders this process works now. */
  atWork: readonly AtWork[]
  start(): Promise<void>
  /** Takes those that are new, and lets go of those that are gone and have nothing open. The rest stay as they are. */
  change(given: readonly Organization[]): Promise<void>
  stop(): Promise<void>
}

export async function createMembers({ organizations, works, join, open, log }: MembersOptions): Promise<Members> {
  const members: Member[] = []
  const atWork: AtWork[] = []

  async function enter(organization: Organization): Promise<Member | undefined> {
    if (!works) return undefined
    const member = await join(organization)
    members.push(member)
    atWork.push(member.atWork)
    return member
  }

  async function add(organization: Organization): Promise<void> {
    await (await enter(organization))?.start()
    // Last: a message that is taken is worked on.
    organizations.push(organization)
    log.info({ organization: organization.name, organizationId: organization.id }, 'organization.added')
  }

  async function remove({ id: organizationId, name: organization }: Organization): Promise<void> {
    const left = await open(organizationId)
    if (left > 0) {
      log.error({ organization, organizationId, open: left }, 'organization.not_removed')
      return
    }
    take(organizations, ({ id }) => id === organizationId)
    const member = take(members, (one) => one.atWork.organization.id === organizationId)
    take(atWork, (one) => one.organization.id === organizationId)
    await member?.stop()
    log.info({ organization, organizationId }, 'organization.removed')
  }

  for (const organization of organizations) await enter(organization)
  return {
    atWork,
    async start() {
      for (const member of members) await member.start()
    },
    async change(given) {
      const ids = new Set(given.map(({ id }) => id))
      for (const gone of organizations.filter(({ id }) => !ids.has(id))) await remove(gone)
      const known = new Set(organizations.map(({ id }) => id))
      for (const one of given.filter(({ id }) => !known.has(id))) await add(one)
    },
    async stop() {
      await Promise.all(members.map((member) => member.stop()))
    },
  }
}

/** Of the counts that metrics read, too. */
export function openIn(inspector: Pick<Inspector, 'counts'>): MembersOptions['open'] {
  return async (organizationId) => {
    const counts = await inspector.counts()
    const open = counts.filter((one) => one.organization_id === organizationId && one.state !== 'dead')
    return open.reduce((sum, { notifications }) => sum + notifications, 0)
  }
}

/** Out of the list, which others hold too. */
function take<T>(list: T[], fits: (one: T) => boolean): T | undefined {
  const at = list.findIndex(fits)
  return at < 0 ? undefined : list.splice(at, 1)[0]
}
