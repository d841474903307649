/** What Salesforce does to us. Source: the error codes of its REST API. */
import type { CodeKind } from './kind.ts'

export const SALESFORCE = {
  SALESFORCE_UNREACHABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'Salesforce could not be reached, or did not answer in time.',
    remedy:
      'It is retried automatically. If it keeps failing, check SALESFORCE_INSTANCE_URL, DNS, the firewall and the forward proxy (HTTPS_PROXY, NO_PROXY).',
  },
  SALESFORCE_UNAVAILABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'Salesforce answered with a server error (5xx).',
    remedy: 'It is retried automatically. If it keeps failing, look at status.salesforce.com.',
  },
  SALESFORCE_MAINTENANCE: {
    class: 'pause',
    meaning: 'The organisation is in maintenance, or read-only.',
    remedy: 'There is nothing to do. Work goes on when the maintenance ends: see status.salesforce.com.',
  },
  SALESFORCE_SESSION_REFUSED: {
    class: 'pause',
    meaning: 'Salesforce refused every session that Soapstone has: that of the message and its own.',
    remedy:
      'Read the message. Check the OAuth settings, and the External Client App (IP restrictions, API access) and its user. Without OAuth, work waits for a message with a newer session.',
  },
  SALESFORCE_LOGIN_REFUSED: {
    class: 'pause',
    meaning: 'Salesforce refused the OAuth login.',
    remedy:
      "Check SALESFORCE_CLIENT_ID and its secret (or the JWT key and user), that the flow is enabled in the app, and its run-as user. With JWT, also check the clock of this server, and the audience in the message: set SALESFORCE_LOGIN_URL if that is not the organisation's login server.",
  },
  SALESFORCE_WRONG_ORGANIZATION: {
    class: 'pause',
    meaning: 'The login or the session belongs to another organisation than SALESFORCE_ORG_ID, such as a sandbox copy.',
    remedy:
      'Check that SALESFORCE_INSTANCE_URL, SALESFORCE_CLIENT_ID and SALESFORCE_ORG_ID are of one and the same organisation.',
  },
  SALESFORCE_LIMIT: {
    class: 'pause',
    meaning: 'A limit of the organisation is used up: daily API requests, concurrent requests, logins or storage.',
    remedy:
      'Work goes on by itself when the limit allows it. To find out what uses it up, open Setup, Company Information.',
  },
  SALESFORCE_FORBIDDEN: {
    class: 'pause',
    meaning: 'Salesforce refused the request, or all orders of it, or knows no such object, field or picklist value.',
    remedy:
      'Give the integration user read and edit access to the object and the fields named, and the permission Edit Activated Orders. Is a picklist value missing? Add it. Has a field another name? Correct MAPPING_FILE.',
  },
  SALESFORCE_API_VERSION: {
    class: 'pause',
    meaning: 'Salesforce does not have this API version, or has nothing at this address.',
    remedy:
      'Set SALESFORCE_API_VERSION to one that the organisation has. Check that SALESFORCE_INSTANCE_URL has no path.',
  },
  SALESFORCE_ROW_LOCKED: {
    class: 'retry',
    meaning: 'Another process in Salesforce, or an approval, held the record.',
    remedy:
      'It is retried automatically. If it keeps failing, find out what locks the record: an approval, or an import that runs.',
  },
  SALESFORCE_SAVE_FAILED: {
    class: 'retry',
    meaning: 'Salesforce could not save the record: a limit, a time-out, a trigger or a flow, or an unknown error.',
    remedy:
      'It is retried automatically. If it keeps failing, read the message, correct the trigger or flow that it names, and replay.',
  },
  SALESFORCE_FIELD_REFUSED: {
    class: 'permanent',
    meaning: 'Salesforce refused an update of the record: a validation rule, a trigger, or a value that does not fit.',
    remedy: 'Read the message, correct the rule or the record, then replay.',
  },
  SALESFORCE_RECORD_FORBIDDEN: {
    class: 'permanent',
    meaning: 'The integration user may not change this record, though it may change others.',
    remedy:
      'Give it edit access to the record: by sharing, by its record type, or by the permission Edit Activated Orders. If an approval locks the record, end the approval. Then replay.',
  },
  SALESFORCE_RECORD_DELETED: {
    class: 'permanent',
    meaning: 'The order was deleted in Salesforce after its provisioning had begun, or can no longer be seen.',
    remedy:
      'If the order was deleted, decide what becomes of it in WHMCS. If it is still there, share it with the integration user, then replay.',
  },
  SALESFORCE_REPORT_NOT_WRITTEN: {
    class: 'retry',
    meaning: 'The order has ended, but Salesforce refused the report: the order still says Activating there.',
    remedy:
      'Mend what the message names. It is retried automatically, at the longest delay of RETRY_SCHEDULE, until it is written. Saving the order in Salesforce makes it come sooner.',
  },
  SALESFORCE_ANSWER_UNREADABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'Salesforce answered with something that Soapstone does not understand.',
    remedy:
      'It is retried automatically. If it keeps failing, check that SALESFORCE_INSTANCE_URL is the My Domain of the organisation, and that no proxy answers in its place.',
  },
} as const satisfies Record<string, CodeKind>
