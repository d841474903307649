/** One outbound message, as Salesforce would send it to an endpoint of this installation. */
import { randomInt } from 'node:crypto'
import type { SendConfig } from '../config/read-parts.ts'
import { purposeOf } from '../domain/purpose.ts'
import { toId18 } from '../domain/salesforce-id.ts'
import { type Contract, loadContracts } from '../doors/outbound-message/contract.ts'
import { type Answer, inWords } from '../doors/outbound-message/sender/answer.ts'
import { sendMessage } from '../doors/outbound-message/sender/send.ts'
import { writeMessage } from '../doors/outbound-message/sender/write.ts'
import { Refusal } from '../operations/refusal.ts'
import { wsdlFolder } from './contracts.ts'

export interface SendOptions {
  /** Where to; absent: to this installation, as its settings say. */
  url?: string
  /** The record that it is about; absent: one that was deleted, which makes no work. */
  order?: string
  /** By the contract of this endpoint; absent: of the first that there is work for. */
  endpoint?: string
}

export type Sent = Answer & {
  /** Without the key. */
  url: string
  notificationId: string
  recordId: string | undefined
  ms: number
  inWords: string
}

export async function send(config: SendConfig, { url, order, endpoint }: SendOptions): Promise<Sent> {
  const recordId = order === undefined ? undefined : toId18(order)
  if (order !== undefined && recordId === undefined) throw new Refusal('invalid', `${order} is not a Salesforce id`)
  if (url !== undefined && !/^https?:/.test(url)) {
    throw new Refusal('invalid', `${url} is not a URL of http or https`)
  }
  const contract = chooseContract(await loadContracts(wsdlFolder(config.WSDL_FOLDER)), endpoint)
  const target = url ?? ownUrl(config, contract)
  const notificationId = newId('04l')
  const message = writeMessage(contract, {
    organizationId: config.SALESFORCE_ORG_ID,
    actionId: newId('04k'),
    instanceUrl: config.SALESFORCE_INSTANCE_URL ?? 'https://example.my.salesforce.com',
    notificationId,
    ...(recordId !== undefined && { recordId }),
  })
  const began = performance.now()
  const answer = await sendMessage(target, message)
  const ms = Math.round(performance.now() - began)
  return { url: withoutKey(target), notificationId, recordId, ...answer, ms, inWords: inWords(answer) }
}

function chooseContract(contracts: Contract[], endpoint: string | undefined): Contract {
  const found = contracts.find(({ name, recordType }) =>
    endpoint === undefined ? purposeOf(recordType) !== undefined : name === endpoint,
  )
  if (found) return found
  const names = contracts.map(({ name }) => name).join(', ')
  if (endpoint === undefined) throw new Refusal('invalid', `name one of the endpoints: ${names}`)
  throw new Refusal('unknown', `there is no endpoint ${endpoint}; there are ${names}`)
}

type Listening = Pick<SendConfig, 'HOST' | 'PORT' | 'PUBLIC_URL' | 'TLS_CERT_FILE' | 'OUTBOUND_MESSAGE_KEY'>

/** Where this installation listens, as its settings say. */
export function ownUrl(config: Listening, { name }: Pick<Contract, 'name'>): string {
  const { OUTBOUND_MESSAGE_KEY: key } = config
  const query = key === undefined ? '' : `?key=${encodeURIComponent(key)}`
  return `${ownBase(config)}/outbound-messages/${name}${query}`
}

/** Over TLS by the name that is in the certificate, which no address of this machine is. */
function ownBase({ HOST, PORT, PUBLIC_URL, TLS_CERT_FILE }: Listening): string {
  if (TLS_CERT_FILE !== undefined && PUBLIC_URL !== undefined) return PUBLIC_URL
  const everywhere = HOST === '0.0.0.0' || HOST === '::'
  const host = everywhere ? '127.0.0.1' : HOST.includes(':') ? `[${HOST}]` : HOST
  return `${TLS_CERT_FILE === undefined ? 'http' : 'https'}://${host}:${PORT}`
}

/** It may be in a URL that was given, too. */
export function withoutKey(url: string): string {
  return url.replace(/([?&]key=)[^&]*/, '$1***')
}

const CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** An id that nobody else has. */
function newId(prefix: string): string {
  const rest = Array.from({ length: 12 }, () => CHARACTERS[randomInt(CHARACTERS.length)])
  return toId18(prefix + rest.join('')) ?? prefix
}
