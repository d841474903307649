/** What no tool of Salesforce checks without an org: that the files of a package fit each other, and our own code. */
import type { PackageFiles } from '../../src/salesforce/package/files.ts'
import { type Expected, parsePackage, type Rule } from './package.ts'
import { browser, calls, modes, sharing, tested } from './rules/apex.ts'
import { action, imports, parameters, request } from './rules/button.ts'
import { chain, noSecrets, plainTexts, signature } from './rules/credentials.ts'
import { columns, customNames, lengths, mappedFields, statuses } from './rules/fields.ts'
import { entry, message, sender } from './rules/message.ts'
import { fullNames, pairs, places, versions } from './rules/names.ts'
import { apart, grants, integration, noLoop } from './rules/permissions.ts'
import { examples, project } from './rules/project.ts'

export const RULES: Record<string, Rule> = {
  ...{ places, fullNames, pairs, versions, project, examples },
  ...{ mappedFields, lengths, customNames, statuses, columns },
  ...{ message, sender, entry },
  ...{ action, imports, parameters, request },
  ...{ calls, modes, sharing, browser, tested },
  ...{ noLoop, grants, integration, apart },
  ...{ chain, signature, plainTexts, noSecrets },
}

/** Every mistake, as `rule: sentence`. */
export function referenceProblems(files: PackageFiles, expected: Expected): string[] {
  const parsed = parsePackage(files)
  return Object.entries(RULES).flatMap(([name, rule]) => rule(parsed, expected).map((problem) => `${name}: ${problem}`))
}
