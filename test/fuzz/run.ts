/** Mutated messages through readEnvelope and conform, and every so often through real HTTP, until time is up. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { type Conform, createConform } from '../../src/doors/outbound-message/conform.ts'
import { readContract } from '../../src/doors/outbound-message/contract.ts'
import { createDrift } from '../../src/doors/outbound-message/drift.ts'
import { Malformed } from '../../src/doors/outbound-message/element.ts'
import { type ReadMessage, readEnvelope } from '../../src/doors/outbound-message/envelope.ts'
import { openDoor } from '../helpers/door.ts'
import { mutate, random } from './mutate.ts'
import { arbitraryMessage, write } from './writer.ts'

export interface FuzzOptions {
  milliseconds: number
  seed: number
  print: (line: string) => void
}

export interface Finding {
  what: string
  /** Where the input lies. */
  file: string
}

const folder = fileURLToPath(new URL('../../.soapstone/fuzz/', import.meta.url))
const wsdl = fileURLToPath(new URL('../../wsdl/order.wsdl', import.meta.url))
/** Every so many inputs one goes through HTTP. */
const HTTP_EVERY = 50
/** Inputs made of one message. */
const FROM_ONE = 20

export async function fuzz({ milliseconds, seed, print }: FuzzOptions): Promise<Finding | undefined> {
  print(`seed ${seed}`)
  const contract = await readContract(wsdl)
  const conform = createConform(contract)
  const door = await openDoor({ contracts: [contract] })
  const draw = random(seed)
  const until = performance.now() + milliseconds
  let inputs = 0
  try {
    for (let messages = 0; performance.now() < until; messages++) {
      const [message] = fc.sample(arbitraryMessage, { numRuns: 1, seed: seed + messages })
      if (message === undefined) continue
      const text = Buffer.from(write(ofOrder(message, door.organizationId), Math.floor(draw() * 2 ** 31)))
      for (let i = 0; i < FROM_ONE; i++, inputs++) {
        const bytes = mutate(text, draw)
        const what =
          (await read(bytes, conform)) ?? (inputs % HTTP_EVERY === 0 ? await post(bytes, door.endpoint) : undefined)
        if (what !== undefined) return report(what, bytes, seed, print)
      }
    }
  } finally {
    await door.close()
  }
  print(`${inputs} inputs, nothing found`)
  return undefined
}

/** What should not have happened. */
async function read(bytes: Buffer, conform: Conform): Promise<string | undefined> {
  try {
    const message = await readEnvelope(bytes, () => conform('own', createDrift()))
    const ids = message.notifications.flatMap(({ notificationId, recordId = notificationId }) => [
      notificationId,
      recordId,
    ])
    return [message.organizationId, ...ids].every((id) => /^[a-zA-Z0-9]{18}$/.test(id))
      ? undefined
      : 'an id that is none'
  } catch (error) {
    if (!(error instanceof Malformed)) return `threw ${error instanceof Error ? error.stack : error}`
    return error.message.length < 500 ? undefined : 'a refusal of great length'
  }
}

async function post(bytes: Buffer, endpoint: string): Promise<string | undefined> {
  const init = { method: 'POST', body: new Uint8Array(bytes), headers: { 'content-type': 'text/xml; charset=utf-8' } }
  const reply = await fetch(endpoint, init)
  const text = await reply.text()
  const expected = { 200: '<Ack>true</Ack>', 403: '<faultcode>soapenv:Client', 500: '<faultcode>soapenv:Client' }
  const sign = Object.entries(expected).find(([status]) => Number(status) === reply.status)?.[1]
  return sign !== undefined && text.includes(sign) ? undefined : `answered ${reply.status} ${text.slice(0, 500)}`
}

/** Of the organisation and the record type that the door takes: else nothing gets as far as the contract. */
function ofOrder(message: ReadMessage, organizationId: string): ReadMessage {
  const notifications = message.notifications.map((one) => ({ ...one, recordType: one.recordType && 'Order' }))
  return { ...message, organizationId, notifications }
}

function report(what: string, bytes: Buffer, seed: number, print: FuzzOptions['print']): Finding {
  mkdirSync(folder, { recursive: true })
  const file = `${folder}${seed}.xml`
  writeFileSync(file, bytes)
  print(`found: ${what}\ninput: ${file}`)
  return { what, file }
}
