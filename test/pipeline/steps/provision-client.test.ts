import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import type { Outcome } from '../../../src/domain/outcome.ts'
import type { ClientIntent } from '../../../src/pipeline/steps/provision/ports.ts'
import { snapshot } from '../../helpers/items.ts'
import { rulesOf } from '../../helpers/mapping.ts'
import { createSituation, SETTLE_SECONDS, type Situation } from '../../helpers/provision.ts'

const CREATES = rulesOf({ client: { create: true, fields: { email: 'jm@example.com' } } })
const FINDS = rulesOf({ client: { email: 'jm@example.com' } })
const UNLINKED = snapshot({ account: { id: '001Ss00000Nn4MmIAJ' } })

async function play(situation: Situation): Promise<{ steps: string; outcome: Outcome | unknown; trace: unknown[][] }> {
  const { run, steps, trace } = createSituation({ rules: CREATES, ...situation })
  const outcome = await run({ snapshot: UNLINKED }).catch((error: unknown) => error)
  return { steps: steps(), outcome, trace }
}

const sending = (looks: number, secondsSinceLook = SETTLE_SECONDS): ClientIntent => {
  return { state: 'sending', sends: 1, looks, secondsSinceLook }
}

t.test('an account without a link gets its client, and the order goes back to callback with it', async (t) => {
  const found = await play({ client: { id: '31', by: 'email' } })
  t.same(
    [found.steps, found.outcome],
    ['FIND recordClient', { kind: 'advance', step: 'callback', note: 'WHMCS client 31 was found by its email' }],
  )
  const made = await play({})
  t.same(
    [made.steps, made.outcome],
    ['FIND intendClient CLIENT recordClient', { kind: 'advance', step: 'callback', note: 'WHMCS client 77 was made' }],
  )
  const known = await play({
    clientIntent: { state: 'known', whmcsClientId: '31', sends: 1, looks: 0, secondsSinceLook: 1 },
  })
  t.match([known.steps, known.outcome], ['', { kind: 'advance', step: 'callback' }])
})

t.test('nothing is sent when another worker was faster, or when no client is to be made', async (t) => {
  t.match(await play({ beaten: true }), { steps: 'FIND intendClient', outcome: { kind: 'wait', code: 'BUSY' } })
  t.match(await play({ rules: FINDS }), { steps: 'FIND', outcome: { code: 'CLIENT_NOT_FOUND' } })
})

t.test('after an answer that is not clear a client is looked for twice before it is sent again', async (t) => {
  const lost = await play({ clientThrows: new Failure('WHMCS_OUTCOME_UNKNOWN') })
  t.match(lost, { steps: 'FIND intendClient CLIENT', outcome: { code: 'WHMCS_OUTCOME_UNKNOWN' } }, 'it stays `sending`')
  t.match(await play({ clientIntent: sending(0, 1) }), {
    steps: '',
    outcome: { kind: 'wait', seconds: SETTLE_SECONDS - 1 },
  })
  t.match(await play({ clientIntent: sending(0) }), { steps: 'FIND searchClient', outcome: { kind: 'wait' } })
  const again = await play({ clientIntent: sending(1) })
  t.equal(again.steps, 'FIND searchClient intendClient CLIENT recordClient')
  t.same(again.trace[2], ['intendClient', 1])
  const there = await play({ clientIntent: sending(1), client: { id: '31', by: 'marker' } })
  t.equal(there.steps, 'FIND recordClient')
})

t.test('a clear no ends the intent, so that the mended account is sent', async (t) => {
  for (const code of ['WHMCS_CLIENT_REFUSED', 'WHMCS_UNREACHABLE', 'WHMCS_ACCESS_REFUSED'] as const) {
    const refused = await play({ clientThrows: new Failure(code) })
    t.match(refused, { steps: 'FIND intendClient CLIENT refuseClient', outcome: { code } }, code)
  }
  const mended = await play({ clientIntent: { state: 'refused', sends: 1, looks: 0, secondsSinceLook: 1 } })
  t.equal(mended.steps, 'FIND intendClient CLIENT recordClient')
})

t.test('an account that the ledger knows as another client is left to a person', async (t) => {
  t.match(await play({ takenByAnother: true }), { outcome: { code: 'CLIENT_AMBIGUOUS' } })
})
