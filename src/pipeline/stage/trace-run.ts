/** The spans of a run: each order has its own trace, from the Ack to the write-back, through however many processes. */
import type { Step, WorkItem } from '../../domain/notification.ts'
import type { Outcome } from '../../domain/outcome.ts'
import { addSpan, currentTraceparent, inSpan, type Origin } from '../../runtime/trace.ts'

/**
 * A run for one order is part of that order's trace. A run for many is a trace of its own, for no order has more of it
 * than the others; each order has a span of that time, and the two are linked.
 */
export function traceRun(step: Step, items: WorkItem[], run: () => Promise<Outcome[]>): Promise<Outcome[]> {
  const [only] = items
  if (only !== undefined && items.length === 1) return traceOne(step, only, run)
  return traceMany(step, items, run)
}

function traceOne(step: Step, item: WorkItem, run: () => Promise<Outcome[]>): Promise<Outcome[]> {
  return inSpan(step, { kind: 'works', attributes: facts(item), parent: originOf(item) }, async (traced) => {
    const outcomes = await run()
    traced.set(result(outcomes[0]))
    const failure = failureOf(outcomes[0])
    if (failure !== undefined) traced.fail(failure)
    return outcomes
  })
}

function traceMany(step: Step, items: WorkItem[], run: () => Promise<Outcome[]>): Promise<Outcome[]> {
  const attributes = { 'soapstone.step': step, 'soapstone.orders': items.length }
  // A link for each of 400 would be a large span, and one without a trace links to nothing.
  const links = items.slice(0, MOST_LINKS).map(originOf)
  return inSpan(`${step} batch`, { kind: 'works', attributes, parent: NOWHERE, links }, async () => {
    const from = Date.now()
    const batch = { traceparent: currentTraceparent() }
    const outcomes = await run()
    const to = Date.now()
    if (batch.traceparent === undefined) return outcomes
    for (const [i, item] of items.entries()) {
      const failure = failureOf(outcomes[i])
      addSpan(step, {
        kind: 'works',
        attributes: { ...facts(item), ...result(outcomes[i]) },
        parent: originOf(item),
        links: [batch],
        from,
        to,
        ...(failure !== undefined && { failure }),
      })
    }
    return outcomes
  })
}

const MOST_LINKS = 100
const NOWHERE: Origin = { traceparent: undefined }

function originOf({ traceparent }: WorkItem): Origin {
  return { traceparent }
}

function facts({ step, notificationId, recordId, leaseNo, organizationId }: WorkItem) {
  return {
    'soapstone.step': step,
    'soapstone.organization_id': organizationId,
    'soapstone.notification_id': notificationId,
    'soapstone.record_id': recordId,
    'soapstone.attempt': leaseNo,
  }
}

function result(outcome: Outcome | undefined) {
  if (outcome === undefined) return {}
  return {
    'soapstone.outcome': outcome.kind,
    ...(outcome.kind === 'fail' && { 'soapstone.code': outcome.failure.code }),
  }
}

function failureOf(outcome: Outcome | undefined): string | undefined {
  return outcome?.kind === 'fail' ? `${outcome.failure.code}: ${outcome.failure.message}` : undefined
}
