/** Mutations of /orders: what a signed request is refused for, and who may see how an order stands. */
import { code, statement } from './change.ts'
import type { Mutation } from './table.ts'

export const ORDERS: Mutation[] = [
  { name: 'any signature is right', change: code('isMac', 'timingSafeEqual($A, given)', 'true') },
  {
    name: 'a click may be of any time',
    change: code('createEndpoint', 'Math.abs($A) > toleranceMs', 'Math.abs($A) < 0'),
  },
  {
    name: 'a click may be of the future',
    change: code(
      'createEndpoint',
      'Math.abs(now().getTime() - head.sentAt.getTime())',
      'now().getTime() - head.sentAt.getTime()',
    ),
  },
  {
    name: 'a click may be about another order than its path',
    change: code('readOrderId', 'toId18(path) !== orderId', 'false'),
  },
  {
    name: 'the time in the body may be another',
    change: code('readOrderId', 'body.timestamp !== head.timestamp', 'false'),
  },
  { name: 'the nonce in the body may be another', change: code('readOrderId', 'body.nonce !== head.nonce', 'false') },
  { name: 'a click may come from anywhere', change: code('createEndpoint', '!gate.admits(request)', 'false') },
  { name: 'a nonce may come again', change: code('takeIn', "if (!found?.fresh) return { kind: 'nonce-used' }", '') },
  {
    name: 'a nonce is refused for ever',
    change: statement('take-click', 'and n.used_at >= now() - $3::interval', 'and $3::interval is not null'),
  },
  {
    name: 'the key of another request gets its answer',
    change: code('repeated', "if (first?.fingerprint !== fingerprint) return { kind: 'key-of-another' }", ''),
  },
  {
    name: 'a refused key burns the nonce',
    change: statement('take-click', 'and not exists (select from known k where k.fingerprint <> $5)', ''),
  },
  {
    name: 'a click on a failed order that nobody has changed is ignored',
    change: code('takeIn', 'await askForWork($A, $B)', ''),
  },
  {
    name: 'a later answer takes the place of the first',
    change: statement('answer-click', 'and status is null', ''),
  },
  {
    name: 'a link opens every order',
    change: code('macOf', "createHmac('sha256', secret).update($A)", "createHmac('sha256', secret).update(expires)"),
  },
  { name: 'a link never expires', change: code('checkLink', "$A > now.getTime() ? 'right' : 'expired'", "'right'") },
  {
    name: 'every token opens orders',
    change: code(
      'hasToken',
      "(await tokens.who(token))?.scopes.includes('status') === true",
      '(await tokens.who(token)) !== undefined',
    ),
  },
  { name: 'pages of every origin may ask', change: code('createCors', '!origins.includes(origin)', 'false') },
  { name: 'customers read the code', change: code('messageFor', 'special ?? $A', 'code ?? $A') },
  {
    name: 'the report that was not written counts as a failure of the order',
    change: code('failedSince', "ended.step === 'write_back'", 'false'),
  },
  {
    name: 'nothing new is said of what has changed',
    change: code('versionOf', '[row.open_id, row.lease_no, row.open_step, row.failing]', '[]'),
  },
  {
    name: 'who joins others that wait hides a change from them',
    change: code('lookAt', '!one.looked || found?.version !== one.version', '!one.looked'),
  },
  {
    name: 'a wait never ends by itself',
    change: code('settled', 'setTimeout(giveUp, ms)', 'setTimeout(giveUp, 2 ** 31 - 1)'),
  },
]
