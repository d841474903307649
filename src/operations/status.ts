/** How things stand. */

export interface Status extends Standing {
  /** What works, and should not be left like that. */
  warnings: string[]
}

interface Standing {
  /** Open notifications and dead letters. */
  counts: { state: string; step: string; notifications: number; oldestSeconds: number }[]
  lastHour: LastHour | undefined
  /** What sweeps recorded within a day. Undefined: nothing, ever. */
  swept: { notifications: number; lastAt: Date } | undefined
  /** Steps that stand still. */
  pauses: { step: string; code: string; message: string; worker: string; since: Date; secondsLeft: number }[]
  /** The mapping that is in force, and since when. */
  mappings: { organizationId: string; hash: string; since: Date }[]
  /** Migrations that the database lacks, and those that this version does not know. */
  schema: { missing: string[]; unknown: string[] }
}

interface LastHour {
  received: number
  completed: number
  ignored: number
  superseded: number
  dead: number
}

export interface StatusPort {
  standing(): Promise<Standing>
}

/** What is open, what is dead, what stands still, and what to see to. */
export async function readStatus(ledger: StatusPort, warnings: string[]): Promise<Status> {
  return { ...(await ledger.standing()), warnings }
}
