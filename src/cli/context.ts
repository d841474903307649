/** What the verbs share: the settings and the ledger. The ledger's code is loaded only when it is asked for. */
import { userInfo } from 'node:os'
import { readEnvFile } from '../config/env-file.ts'
import { filesOfSecrets } from '../config/files-of-secrets.ts'
import { type Config, type ReadConfig, readConfig } from '../config/read.ts'
import {
  type LedgerConfig,
  type LinkConfig,
  type PackageConfig,
  readLedgerConfig,
  readLinkConfig,
  readPackageConfig,
  readSendConfig,
  type SendConfig,
} from '../config/read-parts.ts'
import type { Actor } from '../operations/act.ts'
import { Explained } from '../runtime/explained.ts'
import type { DoctorOptions } from '../service/doctor/doctor.ts'
import type { LedgerOfPeople } from '../service/operations.ts'
import { isNewEnough, NEEDED_NODE } from './newer-node.ts'

/** The settings of the environment and of ./.env, with everything that is wrong. */
export function readSettings(): ReadConfig {
  const file = readEnvFile('.env')
  const { problems, ...read } = readConfig(process.env, file.variables)
  return { ...read, problems: [...file.problems, ...problems] }
}

export function requireConfig(): { config: Config; warnings: string[] } {
  const { config, problems, warnings } = readSettings()
  if (config === undefined || problems.length > 0) throw settingsProblems(problems)
  return { config, warnings }
}

/** What the doctor looks at, however much of the settings is wrong. */
export function readDoctorSettings(): Pick<DoctorOptions, 'config' | 'ledger' | 'settings'> {
  const file = readEnvFile('.env')
  const { config, problems, warnings } = readSettings()
  const { ledger } = readLedgerConfig(process.env, file.variables)
  const { node: version } = process.versions
  return {
    config,
    ledger,
    settings: {
      problems,
      warnings,
      secretFiles: filesOfSecrets(process.env, file.variables),
      node: { version, needed: NEEDED_NODE, fits: isNewEnough(version) },
    },
  }
}

/** What it takes to reach the ledger. */
export function requireLedgerConfig(): LedgerConfig {
  const file = readEnvFile('.env')
  const { ledger, problems } = readLedgerConfig(process.env, file.variables)
  const all = [...file.problems, ...problems]
  if (ledger === undefined || all.length > 0) throw settingsProblems(all)
  return ledger
}

/** What it takes to send a message. */
export function requireSendConfig(): SendConfig {
  return requirePart(readSendConfig)
}

/** What it takes to make a link to the status of an order. */
export function requireLinkConfig(): LinkConfig {
  return requirePart(readLinkConfig)
}

/** What it takes to write the package for Salesforce. */
export function requirePackageConfig(): PackageConfig {
  return requirePart(readPackageConfig)
}

function requirePart<T>(read: (...variables: Parameters<typeof readConfig>) => { config?: T; problems: string[] }): T {
  const file = readEnvFile('.env')
  const { config, problems } = read(process.env, file.variables)
  const all = [...file.problems, ...problems]
  if (config === undefined || all.length > 0) throw settingsProblems(all)
  return config
}

/** Runs with a connection to a ledger that is there; an embedded server that does not run is started for that time. */
export async function withLedger<T>(work: (ledger: LedgerOfPeople, config: LedgerConfig) => Promise<T>): Promise<T> {
  const config = requireLedgerConfig()
  const { openDatabase } = await import('../service/database.ts')
  const { openLedger } = await import('../service/operations.ts')
  const database = await openDatabase(config, 'join')
  try {
    const ledger = await openLedger(database.url, 'soapstone cli')
    try {
      return await work(ledger, config)
    } finally {
      await ledger.close()
    }
  } finally {
    await database.close()
  }
}

/** Who runs the command, for the record. */
export function currentUser(): Actor {
  return { name: userName(), via: 'cli' }
}

/** A container's user may have no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}

function settingsProblems(problems: string[]): Explained {
  return new Explained(`the settings have problems:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
}
