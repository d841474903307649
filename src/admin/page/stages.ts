/** What the forms of the overview do to a step. */
import { pauseStage, resumeStage, tryStage } from '../../operations/pause.ts'
import { Problem } from '../../runtime/problem.ts'
import { actorOf } from '../access/caller.ts'
import type { Pages } from './ports.ts'
import { field, formOf, type PageRoute } from './routes.ts'

export function stageRoute({ ledger, now }: Pages): PageRoute {
  return {
    method: 'POST',
    url: '/stages/:organization/:step',
    scope: 'operate',
    async run(request, reply, caller) {
      const { act, reason = '' } = formOf(request)
      const organizationId = field(request.params, 'organization') ?? ''
      const asked = { organizationId, step: field(request.params, 'step') ?? '', reason, by: actorOf(caller) }
      if (act === 'pause') await pauseStage(ledger, { ...asked, now: now() })
      else if (act === 'resume') await resumeStage(ledger, asked)
      else if (act === 'try') await tryStage(ledger, asked)
      else throw new Problem(400, 'BAD_REQUEST', 'a step is paused, resumed, or tried')
      return reply.redirect('/admin/#stages-title', 303)
    },
  }
}
