/** What the forms of a notification do. */
import type { Actor } from '../../../operations/act.ts'
import { cancelNotification } from '../../../operations/cancel.ts'
import { dismissNotification } from '../../../operations/dismiss.ts'
import { changePriority } from '../../../operations/priority.ts'
import { replayNotification } from '../../../operations/replay.ts'
import { readWhmcsOrder, resolveNotification } from '../../../operations/resolve.ts'
import { actorOf } from '../../access/caller.ts'
import type { Pages } from '../ports.ts'
import { field, formOf, type PageRoute } from '../routes.ts'

export function actRoutes({ ledger, whmcs }: Pages): PageRoute[] {
  const act = (name: string, run: (asked: Asked, form: Form) => Promise<unknown>): PageRoute => ({
    method: 'POST',
    url: `/notifications/:id/${name}`,
    scope: 'operate',
    async run(request, reply, caller) {
      const form = formOf(request)
      const id = field(request.params, 'id') ?? ''
      await run({ id, organizationId: undefined, reason: form.reason ?? '', by: actorOf(caller) }, form)
      return reply.redirect(`/admin/notifications/${encodeURIComponent(id)}?done=${name}`, 303)
    },
  })
  return [
    act('replay', (asked, { step }) => replayNotification(ledger, { ...asked, step: step || undefined })),
    act('priority', (asked, { priority = '' }) => changePriority(ledger, { ...asked, priority })),
    act('cancel', (asked) => cancelNotification(ledger, asked)),
    act('dismiss', (asked) => dismissNotification(ledger, asked)),
    act('resolve', (asked, { whmcsOrder }) =>
      resolveNotification(
        { ledger, whmcs },
        { ...asked, finding: whmcsOrder ? readWhmcsOrder(whmcsOrder) : 'not-created' },
      ),
    ),
  ]
}

interface Asked {
  id: string
  organizationId: undefined
  reason: string
  by: Actor
}

type Form = ReturnType<typeof formOf>
