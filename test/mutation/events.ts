/** Mutations of the door for events, and of documents: each would lose an order, repeat one, or let a change overwrite another. */
import { code, schema, statement } from './change.ts'
import type { Mutation } from './table.ts'

export const EVENTS: Mutation[] = [
  {
    name: 'whoever lost the lease of a subscription moves its position',
    change: statement('move-position', 'and s.lease_no = $3 and s.lease_holder is not null', ''),
  },
  {
    name: 'two processes read one topic',
    change: statement('take-subscription', 'where s.lease_until is null or s.lease_until <= now()', ''),
  },
  {
    name: 'a sweep that began too late pays what is owed',
    change: statement('end-owed-sweep', 'and s.sweep_since >= $4', ''),
  },
  {
    name: 'after a lost position the stream begins with what happens from now on',
    change: code(
      undefined,
      "lostAt === undefined && options.firstStart === 'latest'",
      "options.firstStart === 'latest'",
    ),
  },
  {
    name: 'an event that nobody can read is followed by no sweep',
    change: code('toBatch', 'undecodable.length > 0', 'undecodable.length < 0'),
  },
  {
    name: 'what Soapstone writes itself is looked at',
    change: code('isOwn', 'OWN.test(origin)', '!origin'),
  },
  {
    name: 'an order that is approved within a report of ours is not looked at',
    change: code('isOwn', 'values.Status === null || values.Status === undefined', 'true'),
  },
  {
    name: 'more events are let in than the ledger can take',
    change: code('creditFor', 'if (room > 0) return $A', 'return MOST_CREDIT'),
  },
  {
    name: 'an event that comes before its change is ignored',
    change: code('comesTooEarly', 'item.toldByEvent === true', 'item.toldByEvent === undefined'),
  },
  {
    name: 'a document is written over whatever version is there',
    change: schema('if $5 is not null and $5 <> coalesce(present, 0) or', 'if'),
    by: ['api/documents'],
  },
  {
    name: 'an order that is read again with something else in it leaves no version',
    change: schema("when (old.content - 'takenAt' is distinct from new.content - 'takenAt')", 'when (false)'),
    by: ['api/documents'],
  },
]
