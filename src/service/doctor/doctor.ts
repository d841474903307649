/** All checks of this installation, put together from its settings, however much of it is down. */
import { type Organization, organizationsOf } from '../../config/organizations.ts'
import type { Config } from '../../config/read.ts'
import type { LedgerConfig } from '../../config/read-parts.ts'
import { purposeOf } from '../../domain/purpose.ts'
import { type Contract, loadContracts } from '../../doors/outbound-message/contract.ts'
import type { Check } from '../../operations/doctor/check.ts'
import { databaseChecks } from '../../operations/doctor/database.ts'
import { type Examined, examine } from '../../operations/doctor/examine.ts'
import { addressChecks, installationChecks } from '../../operations/doctor/installation.ts'
import { wsdlFolder } from '../contracts.ts'
import { type LedgerOfDoctor, ledgerOfDoctor } from './database.ts'
import { eventsOf } from './events.ts'
import { addressOf, installationOf, type Settings } from './installation.ts'
import { salesforceOf, setupOf } from './salesforce.ts'
import { whmcsOf } from './whmcs.ts'

export interface DoctorOptions {
  /** Absent: the settings have problems. What can be looked at all the same is. */
  config: Config | undefined
  /** Absent: it can't be known where the ledger is. */
  ledger: Pick<LedgerConfig, 'url' | 'folder'> | undefined
  settings: Settings
  /** `start`: before this process listens, and brings the schema up to date. What it does itself is left out. */
  when: 'any-time' | 'start'
  only?: readonly string[]
}

/** Of each check. All run side by side, so that the whole takes no longer. */
const DEADLINE_MS = 15_000
/** For one answer, so that a check can say who was late. */
const ANSWER_MS = 8_000

/** What `serve` does itself, or can't be seen before it listens. */
const AFTER_START = /^(?:database\.(?:schema|rights)|installation\.(?:public-url|tls|round-trip))$/

export async function diagnose({ config, ledger: where, settings, when, only }: DoctorOptions): Promise<Examined[]> {
  // Nothing is made to be looked at, but what would be made at once.
  const ledger = where && ledgerOfDoctor({ ...where, how: when === 'start' ? 'make' : 'join' })
  try {
    const checks = [
      ...(ledger ? databaseChecks(ledger) : []),
      ...(config && ledger ? await checksOf(config, ledger) : []),
      ...installationChecks(installationOf(settings, config?.BODY_LIMIT)),
    ]
    const wanted = when === 'start' ? checks.filter(({ id }) => !AFTER_START.test(id)) : checks
    return await examine(wanted, { ...(only && { only }), deadlineMs: DEADLINE_MS })
  } finally {
    await ledger?.close()
  }
}

async function checksOf(config: Config, ledger: LedgerOfDoctor): Promise<Check[]> {
  const organizations = organizationsOf(config)
  const contracts = await loadContracts(wsdlFolder(config.WSDL_FOLDER))
  const contract = contracts.find(({ recordType }) => purposeOf(recordType) !== undefined)
  const several = organizations.length > 1
  return [
    ...organizations.flatMap((organization) => {
      const checks = checksOfOrganization(organization, { config, ledger, contract })
      return several ? checks.map((check) => ({ ...check, id: `${check.id}@${organization.name}` })) : checks
    }),
    ...(contract ? addressChecks(addressOf({ config, contract, timeoutMs: ANSWER_MS })) : []),
  ]
}

function checksOfOrganization(
  organization: Organization,
  { config, ledger, contract }: { config: Config; ledger: LedgerOfDoctor; contract: Contract | undefined },
): Check[] {
  const salesforce = { organization, config, contract, timeoutMs: ANSWER_MS }
  const setups = setupOf(salesforce)
  return [
    ...salesforceOf(salesforce, setups),
    ...eventsOf(salesforce, setups.events),
    ...whmcsOf({ organization, config, ledger, products: setups.setup.products, timeoutMs: ANSWER_MS }),
  ]
}
