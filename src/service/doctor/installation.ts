/** This installation, as the doctor looks at it: files and machine, and the address as others see it. */
import { statSync } from 'node:fs'
import type { FileOfSecrets } from '../../config/files-of-secrets.ts'
import type { Config } from '../../config/read.ts'
import type { Contract } from '../../doors/outbound-message/contract.ts'
import { bodyLimits, memoryLimits } from '../../doors/outbound-message/memory.ts'
import type { Answer } from '../../doors/outbound-message/sender/answer.ts'
import { sendMessage } from '../../doors/outbound-message/sender/send.ts'
import { writeMessage } from '../../doors/outbound-message/sender/write.ts'
import { fileLimit, filesNeeded, MOST_CONNECTIONS } from '../../http/file-limit.ts'
import type { AddressPort, InstallationPort } from '../../operations/doctor/installation.ts'
import { readCertificate } from '../../runtime/certificate.ts'
import { createHttpClient } from '../../runtime/http-client.ts'
import { wantedBodies } from '../outbound-messages.ts'
import { ownUrl, withoutKey } from '../send.ts'

export interface Settings {
  problems: string[]
  warnings: string[]
  secretFiles: FileOfSecrets[]
  node: InstallationPort['node']
}

const MIB = 1024 * 1024

/** `bodyLimit`: bytes; absent where the settings don't say. */
export function installationOf(
  { secretFiles, ...settings }: Settings,
  bodyLimit: number | undefined,
): InstallationPort {
  return {
    ...settings,
    secretFiles: () =>
      secretFiles.flatMap((file) => {
        const found = statSync(file.path, { throwIfNoEntry: false })
        return found === undefined ? [] : [{ ...file, mode: found.mode }]
      }),
    fileLimit: () => ({ limit: fileLimit(), needed: filesNeeded(MOST_CONNECTIONS) }),
    memory() {
      const wanted = wantedBodies(bodyLimit ?? MIB)
      const { limit } = bodyLimits(memoryLimits(), wanted)
      return { wantedMiB: Math.round(wanted.limit / MIB), fitsMiB: Math.floor(limit / MIB) }
    },
  }
}

export interface AddressOptions {
  config: Config
  contract: Contract
  timeoutMs: number
}

export function addressOf({ config, contract, timeoutMs }: AddressOptions): AddressPort {
  const { PUBLIC_URL: publicUrl, OUTBOUND_MESSAGE_KEY: key } = config
  const http = createHttpClient(config.proxies)
  return {
    publicUrl,
    restricted: config.TLS_CLIENT_CA_FILE !== undefined || config.OUTBOUND_MESSAGE_IP_ALLOWLIST !== undefined,
    async contract() {
      const base = `${publicUrl}/outbound-messages/${contract.name}?wsdl`
      const url = key === undefined ? base : `${base}&key=${encodeURIComponent(key)}`
      const { status, text } = await http(url, { method: 'GET', timeoutMs })
      return { url: base, status, isContract: /<(?:\w+:)?definitions\b/.test(text) }
    },
    async certificate() {
      if (publicUrl === undefined || !publicUrl.startsWith('https:')) return undefined
      return readCertificate(new URL(publicUrl), { timeoutMs, now: Date.now() })
    },
    async probe() {
      const url = ownUrl(config, contract)
      const answer = await sendMessage(url, probeMessage(config, contract), timeoutMs)
      return { result: resultOf(answer), detail: answer.detail, url: withoutKey(url) }
    },
  }
}

function resultOf(answer: Answer): 'as-expected' | 'refused' | 'no-connection' | 'other' {
  if (answer.result === 'no-connection') return 'no-connection'
  if (answer.result !== 'fault') return 'other'
  if (answer.detail.includes('there is no Notification')) return 'as-expected'
  return answer.status === 403 ? 'refused' : 'other'
}

/** It goes all the way to the reader of messages, tells of nothing, and is refused there: nothing of it is stored. */
function probeMessage({ SALESFORCE_ORG_ID, SALESFORCE_INSTANCE_URL }: Config, contract: Contract): string {
  return writeMessage(contract, {
    organizationId: SALESFORCE_ORG_ID,
    actionId: '04k000000000000AAA',
    instanceUrl: SALESFORCE_INSTANCE_URL,
  })
}
