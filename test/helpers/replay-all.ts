/** What a person does who has mended what was wrong with all of them. */
import { replay } from '../../src/ledger/people/acts.ts'
import type { Look } from './look.ts'

export async function replayAll(look: Look): Promise<void> {
  for (const { notification_id: notificationId, organization_id: organizationId, state } of await look.rows()) {
    const request = {
      organizationId: String(organizationId),
      notificationId,
      reason: 'mended',
      by: { name: 'tester', via: 'cli' },
    }
    if (state === 'dead') await replay(look.pool, request)
  }
}
