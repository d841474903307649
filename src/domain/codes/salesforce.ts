/** What Salesforce does to us. Source: the error codes of its REST API. */
import type { CodeKind } from './kind.ts'

export const SALESFORCE = {
  SALESFORCE_UNREACHABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'Salesforce could not be reached or did not answer in time.',
    remedy: 'Nothing, if it passes: it is tried again. Else check SALESFORCE_INSTANCE_URL, DNS and the firewall.',
  },
  SALESFORCE_UNAVAILABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'Salesforce answered with a server error (5xx).',
    remedy: 'Nothing: it is tried again. See status.salesforce.com.',
  },
  SALESFORCE_SESSION_REFUSED: {
    class: 'pause',
    meaning: 'Salesforce refused every session that Soapstone has: that of the message and its own.',
    remedy: 'Check the OAuth settings, the External Client App and its user; without OAuth, wait for a newer session.',
  },
  SALESFORCE_LOGIN_REFUSED: {
    class: 'pause',
    meaning: 'Salesforce refused the OAuth login.',
    remedy:
      'Check SALESFORCE_CLIENT_ID and secret (or JWT key and user), the flow enabled in the app, its run-as user.',
  },
  SALESFORCE_LIMIT: {
    class: 'pause',
    meaning: 'The daily API request limit or the limit of concurrent requests of the organisation is used up.',
    remedy: 'It goes on by itself when the budget returns. Find who uses it: Setup, Company Information.',
  },
  SALESFORCE_FORBIDDEN: {
    class: 'pause',
    meaning: 'Salesforce refused the request (403) or knows neither the object nor a field that was asked for.',
    remedy: 'Give the integration user read and edit access to the object and the fields named, or mend MAPPING_FILE.',
  },
  SALESFORCE_ROW_LOCKED: {
    class: 'retry',
    meaning: 'Another process in Salesforce held the record.',
    remedy: 'Nothing: it is tried again.',
  },
  SALESFORCE_FIELD_REFUSED: {
    class: 'permanent',
    meaning: 'Salesforce refused an update of the record: a validation rule, a trigger, or a value that does not fit.',
    remedy: 'Read the message, mend the rule or the record, replay.',
  },
  SALESFORCE_RECORD_DELETED: {
    class: 'permanent',
    meaning: 'The order was deleted in Salesforce after its provisioning had begun.',
    remedy: 'Decide what becomes of the order in WHMCS.',
  },
  SALESFORCE_ANSWER_UNREADABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'Salesforce answered with something that Soapstone does not understand.',
    remedy: 'If it stays: is SALESFORCE_INSTANCE_URL really the My Domain of the organisation, with no proxy in front?',
  },
} as const satisfies Record<string, CodeKind>
