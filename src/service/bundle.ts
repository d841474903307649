/** Everything that goes into a bundle for whoever helps, put together. */
import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { createHealth } from '../ledger/people/health.ts'
import { openPool } from '../ledger/postgres/pool.ts'
import { type Bundle, type BundleOptions, makeBundle } from '../operations/bundle/bundle.ts'
import { openDatabase } from './database.ts'
import { type DoctorOptions, diagnose } from './doctor/doctor.ts'
import { openLedger } from './operations.ts'

export interface BundleInput extends Pick<BundleOptions, 'settings' | 'secrets'> {
  doctor: Pick<DoctorOptions, 'config' | 'ledger' | 'settings'>
}

export async function bundleFor({ doctor, ...shown }: BundleInput): Promise<Bundle> {
  const closing: (() => Promise<unknown>)[] = []
  try {
    return await makeBundle({
      ...shown,
      now: new Date(),
      versions: { soapstone: version(), node: process.versions.node, platform: `${process.platform} ${release()}` },
      problems: doctor.settings.problems,
      warnings: doctor.settings.warnings,
      checks: await diagnose({ ...doctor, when: 'any-time' }),
      async ledger() {
        if (doctor.ledger === undefined) throw new Error('the settings do not say where it is')
        const database = await openDatabase(doctor.ledger, 'join')
        closing.push(() => database.close())
        const ledger = await openLedger(database.url, 'soapstone bundle')
        closing.unshift(() => ledger.close())
        const pool = openPool({
          url: database.url,
          connections: 1,
          name: 'soapstone bundle',
          access: 'read',
          onError: () => {},
        })
        closing.unshift(() => pool.end())
        return { standing: ledger.standing, failures: ledger.failures, tables: createHealth(pool).tables }
      },
    })
  } finally {
    for (const close of closing) await close()
  }
}

function version(): string {
  return JSON.parse(readFileSync(new URL(import.meta.resolve('#package')), 'utf8')).version
}
