/** Mappings for tests, by way of the reader, as an installation has them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { readMapping } from '../../src/config/mapping/read.ts'
import type { Mapping, OrderRules } from '../../src/domain/mapping/mapping.ts'
import { toRules } from '../../src/domain/mapping/rules.ts'

export const RICH: Record<string, unknown> = JSON.parse(
  readFileSync(new URL('../../fixtures/mapping/rich.json', import.meta.url), 'utf8'),
)

function mappingOf(given: object): Mapping {
  const { mapping, problems } = readMapping(JSON.stringify(given))
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return mapping
}

export function rulesOf(given: object): OrderRules {
  return toRules(mappingOf(given))
}

/** The path of a file that holds it. */
export function mappingFile(t: Test, given: object): string {
  const path = join(t.testdir(), 'mapping.json')
  writeFileSync(path, JSON.stringify(given))
  return path
}
