/** This installation: its settings, its files, its address, and the machine that it runs on. */
import { type Check, type Finding, fail, ok, reasonOf, warn } from './check.ts'

export interface InstallationPort {
  /** Of the settings, in sentences. */
  problems: string[]
  warnings: string[]
  node: { version: string; needed: string; fits: boolean }
  /** Files that hold secrets, by the setting that names them. */
  secretFiles(): { setting: string; path: string; mode: number }[]
  fileLimit(): { limit: number | undefined; needed: number }
  memory(): { wantedMiB: number; fitsMiB: number }
}

/** What others see of it: only while it runs. */
export interface AddressPort {
  publicUrl: string | undefined
  /** Only who has a certificate, or comes from a certain address, gets further than the door. */
  restricted: boolean
  /** GET ?wsdl at the public address: what came back. */
  contract(): Promise<{ url: string; status: number; isContract: boolean }>
  /** Of the public address. Undefined: it is not https. */
  certificate(): Promise<{ trusted: boolean; reason?: string; daysLeft: number } | undefined>
  /** A message that is refused, at the own listener: nothing of it is stored. */
  probe(): Promise<{
    result: 'as-expected' | 'refused' | 'other' | 'no-connection'
    detail: string
    url: string
  }>
}

const DAYS_WARN = 21
const DAYS_FAIL = 3
const OTHERS_MAY = 0o007
const GROUP_MAY_WRITE = 0o020

export function installationChecks(port: InstallationPort): Check[] {
  return [
    { id: 'installation.settings', run: async () => settings(port) },
    { id: 'installation.keys', run: async () => keys(port) },
    { id: 'installation.secret-files', run: async () => secretFiles(port) },
    { id: 'installation.node', run: async () => node(port) },
    { id: 'installation.file-limit', run: async () => fileLimit(port) },
    { id: 'installation.memory', run: async () => memory(port) },
  ]
}

export function addressChecks(port: AddressPort): Check[] {
  return [
    { id: 'installation.public-url', run: () => publicUrl(port) },
    { id: 'installation.tls', run: () => tls(port) },
    { id: 'installation.round-trip', run: () => roundTrip(port) },
  ]
}

function settings({ problems }: InstallationPort): Finding {
  return problems.length === 0 ? ok('no problems') : fail(problems.join('; '), 'soapstone config shows all of them.')
}

function keys({ warnings }: InstallationPort): Finding {
  if (warnings.length === 0) return ok('senders need a key, or nobody else reaches the address')
  return warn(warnings.join('; '), 'Do what they say; a key is made by openssl rand -hex 32.')
}

function secretFiles(port: InstallationPort): Finding {
  const files = port.secretFiles()
  const open = (bit: number) => files.filter(({ mode }) => (mode & bit) !== 0)
  const names = (some: typeof files) => some.map(({ setting, path }) => `${path} (${setting})`).join(', ')
  const remedy = 'chmod 600, and let it belong to the user that the service runs as.'
  const [others, group] = [open(OTHERS_MAY), open(GROUP_MAY_WRITE)]
  if (others.length > 0) return fail(`everybody on this machine may read or change ${names(others)}`, remedy)
  if (group.length > 0) return warn(`its group may change ${names(group)}`, remedy)
  return ok(files.length === 0 ? 'there are none' : `only their owner, or his group, may read ${names(files)}`)
}

function node({ node: { version, needed, fits } }: InstallationPort): Finding {
  return fits ? ok(version) : fail(`Node ${version}: it takes ${needed}`, `Install Node ${needed}.`)
}

function fileLimit(port: InstallationPort): Finding {
  const { limit, needed } = port.fileLimit()
  if (limit === undefined) return ok('this system does not say')
  if (limit >= needed) return ok(`${limit} open files are allowed`)
  return warn(
    `${limit} open files are allowed; ${needed} are needed for all connections`,
    'Raise LimitNOFILE (systemd), or ulimit -n.',
  )
}

function memory(port: InstallationPort): Finding {
  const { wantedMiB, fitsMiB } = port.memory()
  if (fitsMiB >= wantedMiB) return ok(`messages of ${wantedMiB} MiB fit`)
  return warn(
    `BODY_LIMIT is ${wantedMiB} MiB, and only ${fitsMiB} MiB fit into heap and container`,
    'Give it more memory (--max-old-space-size, the limit of the container), or lower BODY_LIMIT.',
  )
}

async function publicUrl(port: AddressPort): Promise<Finding> {
  if (port.publicUrl === undefined) {
    return warn(
      'not checked, because PUBLIC_URL is unset',
      'Set PUBLIC_URL to the address at which Salesforce reaches this server.',
    )
  }
  const remedy =
    'Check PUBLIC_URL, DNS, the firewall, and that the proxy passes /outbound-messages/ on without a redirect.'
  const answer = await port
    .contract()
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
  if (typeof answer === 'string') return fail(`${port.publicUrl} can't be reached from here: ${answer}`, remedy)
  const { url, status, isContract } = answer
  if (status === 403 && port.restricted) return ok(`${url} refuses whoever is not on the list or has no certificate`)
  return status === 200 && isContract
    ? ok(`${url} answers with the contract`)
    : fail(`${url} answers with HTTP ${status}, and no contract`, remedy)
}

async function tls(port: AddressPort): Promise<Finding> {
  const found = await port.certificate().catch((error: unknown) => reasonOf(error))
  if (typeof found === 'string') {
    return fail(
      `no certificate is to be had at ${port.publicUrl}: ${found}`,
      'Check PUBLIC_URL, and what answers there.',
    )
  }
  if (found === undefined) {
    return port.publicUrl === undefined
      ? warn('not checked, because PUBLIC_URL is unset', 'Set PUBLIC_URL.')
      : warn(
          `${port.publicUrl} is not https`,
          'Salesforce sends orders in clear to it. Use a certificate of a public authority.',
        )
  }
  const { trusted, reason, daysLeft } = found
  const left = `${daysLeft} days are left`
  if (!trusted) {
    return fail(
      `the certificate is not trusted: ${reason}; ${left}`,
      'Serve the whole chain (the certificate and its intermediates, without the root), of a public authority and for this name.',
    )
  }
  const remedy = 'Renew the certificate, and see why it was not renewed by itself.'
  if (daysLeft <= DAYS_FAIL) return fail(`the certificate ends soon: ${left}`, remedy)
  return daysLeft <= DAYS_WARN
    ? warn(`the certificate ends soon: ${left}`, remedy)
    : ok(`the chain is complete; ${left}`)
}

async function roundTrip(port: AddressPort): Promise<Finding> {
  const { result, detail, url } = await port.probe()
  if (result === 'as-expected') return ok(`${url} refuses a message without a notification, as it should`)
  if (result === 'refused' && port.restricted)
    return ok(`${url} refuses whoever is not on the list or has no certificate`)
  if (result === 'no-connection')
    return warn(`nobody answers at ${url}: ${detail}`, 'Start soapstone serve, or check HOST and PORT.')
  return fail(
    `${url} answers otherwise than Soapstone does: ${detail}`,
    'Check HOST, PORT and OUTBOUND_MESSAGE_KEY: something else may listen there.',
  )
}
