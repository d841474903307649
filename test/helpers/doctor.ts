/** An installation between the simulators, and what the doctor says of it. */
import type { Test } from 'tap'
import { readConfig } from '../../src/config/read.ts'
import type { Examined } from '../../src/operations/doctor/examine.ts'
import { type DoctorOptions, diagnose } from '../../src/service/doctor/doctor.ts'
import { createWorld, type World } from './service.ts'

export interface Examining extends World {
  /** The findings by id. */
  examine(options?: Partial<DoctorOptions>): Promise<Map<string, Examined>>
}

const NODE = { version: '24.0.0', needed: '22.15 or newer', fits: true }

/** All as it should be, as far as it need not run. */
export async function createExamining(t: Test, more: Record<string, string> = {}): Promise<Examining> {
  const world = await createWorld(t, more)
  world.salesforce.addProduct()
  return { ...world, examine: (options) => examineWorld(world, options) }
}

async function examineWorld(world: World, options: Partial<DoctorOptions> = {}): Promise<Map<string, Examined>> {
  const { config, problems, warnings } = readConfig(world.settings)
  const checks = await diagnose({
    config,
    ledger: { url: world.databaseUrl, folder: '.soapstone' },
    settings: { problems, warnings, secretFiles: [], node: NODE },
    when: 'any-time',
    ...options,
  })
  return new Map(checks.map((check) => [check.id, check]))
}
