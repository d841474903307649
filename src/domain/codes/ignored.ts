/** Why a notification ends as `ignored`: there is nothing to do. */
import type { CodeKind } from './kind.ts'

export const IGNORED = {
  RECORD_DELETED: {
    class: 'ignore',
    meaning: 'The record was deleted before the message was sent, or before it could be read.',
    remedy:
      "If it was deleted, there is nothing to do. If it was not, the integration user can't see it: give it access by sharing, then replay.",
  },
  NOT_ELIGIBLE: {
    class: 'ignore',
    meaning: 'The order is not in an approved status.',
    remedy: 'There is nothing to do. When the order is approved, Salesforce sends it again.',
  },
  OWN_REPORT: {
    class: 'ignore',
    meaning:
      'Nobody has changed the order since Soapstone reported its failure. This message was caused by that report.',
    remedy: 'Look at the dead letter of this order, mend what it names, and replay that one.',
  },
  FOREIGN_ORGANIZATION: {
    class: 'ignore',
    meaning: 'The message came from another organisation, such as a sandbox copied from production.',
    remedy: 'Delete the outbound message in that organisation, or change its endpoint URL.',
  },
  NO_PURPOSE: {
    class: 'ignore',
    meaning: 'Soapstone does nothing with notifications of this record type.',
    remedy: 'There is nothing to do. To stop them, deactivate the outbound message in Salesforce.',
  },
} as const satisfies Record<string, CodeKind>
