import t from 'tap'
import { type OrderProgress, statusOf } from '../../src/domain/order-status.ts'

const [EARLY, LATE, LATER] = [new Date(1_000), new Date(2_000), new Date(3_000)]
const open = (step: 'callback' | 'provision' | 'write_back', failing = false) => ({
  open: { step, failing, since: LATE },
})
const cancelled = { cancelled: { whmcsOrderId: '7', at: LATE } }
const accepted = { accepted: { whmcsOrderId: '7', at: LATE } }
const ended = (
  state: 'completed' | 'dead' | 'dismissed' | 'ignored',
  more: Partial<OrderProgress['ended'] & {}> = {},
) => ({
  ended: { state, step: 'provision' as const, at: LATER, code: 'WHMCS_ORDER_REFUSED', message: 'no', ...more },
})
const of = (progress: Partial<OrderProgress>) =>
  statusOf({ orderId: '801', organizationId: '00D', version: 'v', ...progress })

t.test('statusOf knows every way in which an order can stand', async (t) => {
  const cases: [string, Partial<OrderProgress>, object | undefined][] = [
    ['it has just come', open('callback'), { status: 'Activating', settled: false, updatedAt: LATE }],
    ['it is being reported as failed', open('write_back', true), { status: 'Activating', settled: false }],
    ['it failed before, and is worked on again', { ...open('callback'), ...ended('dead') }, { status: 'Activating' }],
    [
      'it is active, and Salesforce will hear of it',
      { ...open('write_back'), ...accepted },
      { status: 'Provisioned', settled: false, whmcsOrderId: '7' },
    ],
    [
      'it is active, and somebody saved it',
      { ...open('callback'), ...accepted, ...ended('completed') },
      { status: 'Provisioned', settled: true },
    ],
    ['it is done', { ...accepted, ...ended('completed') }, { status: 'Provisioned', settled: true, updatedAt: LATE }],
    ['it is done, and its history is retired', accepted, { status: 'Provisioned', settled: true }],
    [
      'Salesforce said that it was done before',
      ended('completed', { whmcsOrderId: '9' }),
      { status: 'Provisioned', whmcsOrderId: '9' },
    ],
    [
      'it is active, and the report was not taken',
      { ...accepted, ...ended('dead', { step: 'write_back' }) },
      { status: 'Provisioned' },
    ],
    ['it failed, and was made later', { ...accepted, ...ended('dead', { at: EARLY }) }, { status: 'Provisioned' }],
    [
      'it was active, and failed since',
      { ...accepted, ...ended('dead') },
      { status: 'Failed', failure: { code: 'WHMCS_ORDER_REFUSED', message: 'no' } },
    ],
    ['the same, and it is worked on', { ...accepted, ...ended('dead'), ...open('callback') }, { status: 'Activating' }],
    ['it failed', ended('dead'), { status: 'Failed', settled: true, updatedAt: LATER }],
    ['it was put aside', ended('dismissed'), { status: 'Failed' }],
    ['it is not approved', ended('ignored', { code: 'NOT_ELIGIBLE' }), { status: 'Pending Review', settled: true }],
    [
      'it is active and no longer approved',
      { ...accepted, ...ended('ignored', { code: 'NOT_ELIGIBLE' }) },
      { status: 'Provisioned' },
    ],
    [
      'it was active, and was cancelled since',
      { ...accepted, ...cancelled, ...ended('completed') },
      { status: 'Failed', settled: true, failure: { code: 'ORDER_CANCELLED' }, whmcsOrderId: '7', updatedAt: LATE },
    ],
    [
      'the same, and it is being told',
      { ...accepted, ...cancelled, ...open('write_back') },
      { status: 'Failed', settled: false },
    ],
    ['the same, and somebody saved it', { ...cancelled, ...open('callback') }, { status: 'Failed', settled: true }],
    [
      'it was cancelled, and is approved again',
      { ...cancelled, ...ended('dead', { code: 'ORDER_REVIVED', at: LATER }) },
      { status: 'Failed', failure: { code: 'ORDER_REVIVED' } },
    ],
    ['it was deleted', ended('ignored', { code: 'RECORD_DELETED' }), undefined],
    ['nothing is known of it', {}, undefined],
  ]
  for (const [name, progress, expected] of cases) {
    if (expected === undefined) t.equal(of(progress), undefined, name)
    else t.match(of(progress), expected, name)
  }
})
