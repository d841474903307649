/**
 * npm run bench:parse -- [--json] [--rounds N] [--mib N] [--warm-up N]: what reading a message costs, for us and for others, and how
 * long the dearest bodies hold up the event loop. All in one run and in alternating order, since machines have moods.
 */
import { parseArgs } from 'node:util'
import { createConform } from '../../src/doors/outbound-message/conform.ts'
import { readContract } from '../../src/doors/outbound-message/contract.ts'
import { createDrift } from '../../src/doors/outbound-message/drift.ts'
import { Malformed } from '../../src/doors/outbound-message/element.ts'
import { readEnvelope } from '../../src/doors/outbound-message/envelope.ts'
import { encodeFields, jsonbArray } from '../../src/ledger/record/jsonb.ts'
import { createParsers, type Parse } from './parsers.ts'
import { longestTurn } from './turns.ts'
import { around, hundred, WORST } from './worst-bodies.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '9' },
    mib: { type: 'string', default: '32' },
    // Rounds before any counts: until then the compiler is still at work.
    'warm-up': { type: 'string', default: '20' },
  },
})
const FIELDS =
  '<sf:AccountId>001Ss00000Nn4MmIAJ</sf:AccountId><sf:EffectiveDate>2026-10-01</sf:EffectiveDate><sf:LastModifiedDate>2026-10-01T09:00:00.000Z</sf:LastModifiedDate><sf:OrderNumber>00000114</sf:OrderNumber><sf:Status>Activated</sf:Status><sf:SystemModstamp>2026-10-01T09:00:00.000Z</sf:SystemModstamp><sf:TotalAmount>45000.0</sf:TotalAmount>'
const MESSAGES = [
  { name: '1 notification', bytes: Buffer.from(around(FIELDS)), times: 500 },
  { name: '100 notifications', bytes: Buffer.from(hundred(() => FIELDS)), times: 20 },
]

const messages = []
for (const message of MESSAGES) messages.push(...(await compare(message)))
const worst = []
for (const [name, make] of Object.entries(WORST))
  worst.push(await suffer(name, Buffer.from(make(Number(values.mib) * 2 ** 20))))
if (values.json) process.stdout.write(`${JSON.stringify({ node: process.version, messages, worst }, undefined, 2)}\n`)
else {
  console.table(messages)
  console.table(worst)
}

/** Microseconds a message: the median of the rounds, and the lowest and highest. */
async function compare({ name, bytes, times }: (typeof MESSAGES)[number]) {
  const parsers = Object.entries(await createParsers())
  const rounds = new Map<string, number[]>(parsers.map(([parser]) => [parser, []]))
  const blocks = new Map<string, number>()
  for (const [, parse] of parsers) await repeat(parse, bytes, times * Number(values['warm-up']))
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [parser, parse] of round % 2 === 0 ? parsers : parsers.toReversed()) {
      const began = performance.now()
      await repeat(parse, bytes, times)
      rounds.get(parser)?.push(((performance.now() - began) / times) * 1_000)
      const { cpuMilliseconds } = await longestTurn(() => parse(bytes))
      blocks.set(parser, Math.max(blocks.get(parser) ?? 0, cpuMilliseconds))
    }
  }
  return [...rounds].map(([parser, all]) => {
    const sorted = all.toSorted((a, b) => a - b)
    const [median, low, high] = [sorted[sorted.length >> 1], sorted[0], sorted.at(-1)].map((n = 0) => Math.round(n))
    return { message: name, parser, µs: median, low, high, 'longest turn, CPU ms': round1(blocks.get(parser)) }
  })
}

async function repeat(parse: Parse, bytes: Buffer, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await parse(bytes)
}

/** Everything between the bytes and Postgres but pg's own copy: reading, typing, writing JSON. */
async function suffer(name: string, bytes: Buffer) {
  const conform = createConform(await readContract(new URL('../../wsdl/order.wsdl', import.meta.url).pathname))
  let outcome = ''
  const began = performance.now()
  const turn = await longestTurn(async () => {
    try {
      const message = await readEnvelope(bytes, () => conform('own', createDrift()))
      const fields = await encodeFields(message.notifications.map((one) => one.fields))
      const { length } = await jsonbArray(fields)
      outcome = `${message.notifications.length} notifications, ${round1(length / 2 ** 20)} MiB of JSON`
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      outcome = error.message.slice(0, 60)
    }
  })
  return {
    body: name,
    MiB: round1(bytes.length / 2 ** 20),
    ms: Math.round(performance.now() - began),
    'longest turn, ms': round1(turn.milliseconds),
    'CPU ms': round1(turn.cpuMilliseconds),
    outcome,
  }
}

function round1(number = 0): number {
  return Math.round(number * 10) / 10
}
