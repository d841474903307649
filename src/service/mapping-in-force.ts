/** The mapping of an organisation that is in force now. A changed file takes its place while orders are worked on. */
import { createHash } from 'node:crypto'
import type { Mapping, OrderRules } from '../domain/mapping/mapping.ts'
import { toRules } from '../domain/mapping/rules.ts'
import { canonical } from '../domain/mapping/version.ts'

export interface MappingInForce {
  readonly mapping: Mapping
  readonly rules: OrderRules
  /** Takes effect with the next batch or order. Says whether it is another one. */
  enter(mapping: Mapping): Promise<{ hash: string; since: Date | undefined; changed: boolean }>
}

/** `record`: writes down that it is in force; returns since when. */
export async function createMappingInForce(
  first: Mapping,
  record: (hash: string, mapping: Mapping) => Promise<Date | undefined>,
): Promise<MappingInForce> {
  let mapping = first
  let hash = hashOf(first)
  let since = await record(hash, first)
  let rules = withVersion(first, hash, since)
  return {
    get mapping() {
      return mapping
    },
    get rules() {
      return rules
    },
    async enter(next) {
      const nextHash = hashOf(next)
      if (nextHash === hash) return { hash, since, changed: false }
      const nextSince = await record(nextHash, next)
      ;[mapping, hash, since] = [next, nextHash, nextSince]
      rules = withVersion(next, nextHash, nextSince)
      return { hash, since, changed: true }
    },
  }
}

export function hashOf(mapping: Mapping): string {
  return createHash('sha256').update(canonical(mapping)).digest('hex').slice(0, 12)
}

function withVersion(mapping: Mapping, hash: string, since: Date | undefined): OrderRules {
  return { ...toRules(mapping), version: since === undefined ? hash : `${hash} since ${since.toISOString()}` }
}
