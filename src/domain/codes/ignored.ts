/** Why a notification ends as `ignored`: there is nothing to do. */
import type { CodeKind } from './kind.ts'

export const IGNORED = {
  RECORD_DELETED: {
    class: 'ignore',
    meaning: 'The record was deleted before the message was sent, or before it could be read.',
    remedy:
      'Nothing, if it was deleted. Else (the message holds the Id alone) give the integration user access by sharing, then replay.',
  },
  NOT_ELIGIBLE: {
    class: 'ignore',
    meaning: 'The order is not in an approved status.',
    remedy: 'Nothing: when the order is approved, Salesforce sends it again.',
  },
  OWN_REPORT: {
    class: 'ignore',
    meaning: 'Nobody has changed the order since Soapstone reported its failure: this is the echo of that report.',
    remedy: 'Mend what the dead letter of this order names, then replay that one.',
  },
  FOREIGN_ORGANIZATION: {
    class: 'ignore',
    meaning: 'It came from another organisation, such as a sandbox copied from production.',
    remedy: 'Delete the outbound message in that organisation, or let it name another endpoint.',
  },
  NO_PURPOSE: {
    class: 'ignore',
    meaning: 'Soapstone does nothing with notifications of this record type.',
    remedy: 'Nothing. To stop them, deactivate the outbound message in Salesforce.',
  },
} as const satisfies Record<string, CodeKind>
