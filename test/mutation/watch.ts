/** Mutations of what watches: doctor, bundle, traces, metrics. */
import { code, statement } from './change.ts'
import type { Mutation } from './table.ts'

export const WATCH: Mutation[] = [
  { name: 'a failed check of the doctor ends well', change: code('hasFailed', "result === 'fail'", 'false') },
  {
    name: 'a check that throws is taken for well',
    change: code('findingOf', 'return fail(reasonOf(error), remedy)', 'return ok(remedy)'),
  },
  {
    name: 'an action of WHMCS that is not allowed is not noticed',
    change: code('isForbidden', "reply.kind === 'error' && $B", 'false'),
  },
  {
    name: 'a bundle tells what others said in their own words',
    change: code('shownCheck', "detail.replace(WORDS_OF_OTHERS, '$1')", 'detail'),
    by: ['cli/bundle'],
  },
  {
    name: 'a bundle tells secrets that stand in texts',
    change: code('createScrub', "left.replaceAll(secret, '(hidden)')", 'left'),
  },
  {
    name: 'a bundle shows settings that may hold anything',
    change: code('visible', 'bounded || PLAIN.includes(name)', 'true'),
    by: ['cli/bundle'],
  },
  {
    name: 'the trace of a lone message is not kept',
    change: code('recordLone', 'message.traceparent', 'undefined'),
  },
  {
    name: 'the trace of a message is not kept',
    change: code('columnsOf', 'messages.map((m) => m.traceparent)', 'messages.map(() => undefined)'),
  },
  {
    name: 'a step does not know the trace of its order',
    change: statement('claim', 'm.session, m.traceparent', 'm.session, null::text as traceparent'),
  },
  {
    name: 'WHMCS is not told of the trace',
    change: code('createCalls', 'propagates ? traceHeaders() : {}', '{}'),
    by: ['service/calls', 'e2e/traces'],
  },
  {
    name: 'orders that wait to be tried again count as ended',
    change: code('createReport', 'settlement.delayMs === undefined', 'true'),
  },
]
