/** Runs the checks side by side, each until its deadline: what is down must not keep the others from being seen. */
import { setTimeout as delay } from 'node:timers/promises'
import { Refusal } from '../refusal.ts'
import { type Check, type Finding, fail, findingOf } from './check.ts'

export interface Examined extends Finding {
  id: string
}

export interface Examination {
  /** Ids of checks, or of groups. Absent: all. */
  only?: readonly string[]
  /** For each check, ms. */
  deadlineMs: number
}

/** In the order of the checks. Throws a Refusal where `only` names what is not there. */
export async function examine(checks: readonly Check[], { only, deadlineMs }: Examination): Promise<Examined[]> {
  return Promise.all(select(checks, only).map(async (check) => ({ id: check.id, ...(await find(check, deadlineMs)) })))
}

export function hasFailed(examined: readonly Examined[]): boolean {
  return examined.some(({ result }) => result === 'fail')
}

function select(checks: readonly Check[], only: readonly string[] | undefined): readonly Check[] {
  if (only === undefined) return checks
  const covers = (name: string, { id }: Check) => id === name || id.startsWith(`${name}.`) || id.startsWith(`${name}@`)
  const unknown = only.filter((name) => !checks.some((check) => covers(name, check)))
  if (unknown.length > 0) {
    const groups = [...new Set(checks.map(({ id }) => id.split('.')[0]))]
    throw new Refusal(
      'invalid',
      `there is no check ${unknown.join(', ')}; groups are ${groups.join(', ')}, checks are ${checks.map(({ id }) => id).join(', ')}`,
    )
  }
  return checks.filter((check) => only.some((name) => covers(name, check)))
}

async function find(check: Check, deadlineMs: number): Promise<Finding> {
  const timer = new AbortController()
  const late = delay(deadlineMs, undefined, { signal: timer.signal }).then(
    () =>
      fail(`no answer within ${deadlineMs / 1_000} s`, 'Check the network, and that the other side is not overloaded.'),
    () => fail('stopped', ''),
  )
  try {
    return await Promise.race([check.run(), late])
  } catch (error) {
    return findingOf(error, 'Read the message; soapstone config shows the settings.')
  } finally {
    timer.abort()
  }
}
