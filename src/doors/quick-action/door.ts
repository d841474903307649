/** The door for signed requests of Salesforce: its endpoint, and what it says when something is wrong. */
import { isLedgerAway } from '../../domain/ledger-away.ts'
import { Problem } from '../../runtime/problem.ts'
import { createSampledLog } from '../../runtime/sampled.ts'
import type { Door } from '../door.ts'
import type { QuickActionOptions } from './ports.ts'
import { Refused } from './refused.ts'
import { BODY_LIMIT, type ClickRoute, createEndpoint } from './route.ts'

export function createQuickAction(options: QuickActionOptions): Door {
  const { security } = options
  const log = createSampledLog(options.log)
  const stopping = new AbortController()
  return {
    routes(scope) {
      const { admit, take } = createEndpoint(options, stopping.signal)
      // The bytes as they came: the signature is over these, and nothing is parsed before it holds.
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
      scope.addHook('preClose', async () => stopping.abort())
      scope.setErrorHandler((error, request, reply) => {
        // What was not read to its end would be taken for the next request.
        if (!request.raw.complete) reply.header('connection', 'close')
        const { ip } = request
        if (error instanceof Refused) security.report(error.kind, { ip, detail: error.message })
        if (isTooLarge(error)) {
          security.report('click_too_large', { ip })
          throw new Problem(413, 'BODY_TOO_LARGE', 'the body is too large')
        }
        if (!isLedgerAway(error)) throw error
        log.error({ reason: error.message, ip }, 'click.not_stored')
        reply.header('retry-after', '10')
        throw new Problem(503, 'LEDGER_AWAY', 'the request could not be stored: send it again')
      })
      scope.post<ClickRoute>('/orders/:orderId/provision', { bodyLimit: BODY_LIMIT, onRequest: admit }, take)
    },
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode === 413
}
