/** What Salesforce does to us. Source: the error codes of its REST API. */
import type { CodeKind } from './kind.ts'

export const SALESFORCE = {
  SALESFORCE_UNREACHABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'Salesforce could not be reached or did not answer in time.',
    remedy:
      'Nothing, if it passes: it is tried again. Else check SALESFORCE_INSTANCE_URL, DNS, the firewall and the forward proxy (HTTPS_PROXY, NO_PROXY).',
  },
  SALESFORCE_UNAVAILABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'Salesforce answered with a server error (5xx).',
    remedy: 'Nothing: it is tried again. See status.salesforce.com.',
  },
  SALESFORCE_MAINTENANCE: {
    class: 'pause',
    meaning: 'The organisation is in maintenance or read-only.',
    remedy: 'Nothing: it goes on by itself when the maintenance ends. See status.salesforce.com.',
  },
  SALESFORCE_SESSION_REFUSED: {
    class: 'pause',
    meaning: 'Salesforce refused every session that Soapstone has: that of the message and its own.',
    remedy:
      'Read the message. Check the OAuth settings, the External Client App (IP restrictions, API access) and its user; without OAuth, wait for a newer session.',
  },
  SALESFORCE_LOGIN_REFUSED: {
    class: 'pause',
    meaning: 'Salesforce refused the OAuth login.',
    remedy:
      "Check SALESFORCE_CLIENT_ID and secret (or JWT key and user), the flow enabled in the app, its run-as user. With JWT also the audience named in the message (set SALESFORCE_LOGIN_URL if it is not the organisation's login server), and this server's clock.",
  },
  SALESFORCE_WRONG_ORGANIZATION: {
    class: 'pause',
    meaning: 'The login or the session belongs to another organisation than SALESFORCE_ORG_ID, such as a sandbox copy.',
    remedy:
      'Give SALESFORCE_INSTANCE_URL, SALESFORCE_CLIENT_ID and SALESFORCE_ORG_ID of one and the same organisation.',
  },
  SALESFORCE_LIMIT: {
    class: 'pause',
    meaning: 'A limit of the organisation is used up: daily API requests, concurrent requests, logins or storage.',
    remedy: 'It goes on by itself when the budget returns. Find who uses it: Setup, Company Information.',
  },
  SALESFORCE_FORBIDDEN: {
    class: 'pause',
    meaning: 'Salesforce refused the request, or all orders of it, or knows no such object, field or picklist value.',
    remedy:
      'Give the integration user read and edit access to the object and the fields named, and the permission Edit Activated Orders; add the picklist value; or mend MAPPING_FILE.',
  },
  SALESFORCE_API_VERSION: {
    class: 'pause',
    meaning: 'Salesforce does not have this API version, or nothing at this address.',
    remedy: 'Set SALESFORCE_API_VERSION to one that the organisation has; SALESFORCE_INSTANCE_URL holds no path.',
  },
  SALESFORCE_ROW_LOCKED: {
    class: 'retry',
    meaning: 'Another process in Salesforce, or an approval, held the record.',
    remedy: 'Nothing: it is tried again.',
  },
  SALESFORCE_SAVE_FAILED: {
    class: 'retry',
    meaning: 'Salesforce could not save the record: a limit or a time-out, a trigger or a flow, or an unknown error.',
    remedy: 'Nothing, if it passes: it is tried again. Else read the message, mend the trigger or flow named, replay.',
  },
  SALESFORCE_FIELD_REFUSED: {
    class: 'permanent',
    meaning: 'Salesforce refused an update of the record: a validation rule, a trigger, or a value that does not fit.',
    remedy: 'Read the message, mend the rule or the record, replay.',
  },
  SALESFORCE_RECORD_FORBIDDEN: {
    class: 'permanent',
    meaning: 'The integration user may not change this record, though it may change others.',
    remedy:
      'Give it edit access: sharing, record type, the permission Edit Activated Orders, or the end of an approval; then replay.',
  },
  SALESFORCE_RECORD_DELETED: {
    class: 'permanent',
    meaning: 'The order was deleted in Salesforce after its provisioning had begun, or can no longer be seen.',
    remedy: 'Decide what becomes of the order in WHMCS. If the order is there, share it with the integration user.',
  },
  SALESFORCE_REPORT_NOT_WRITTEN: {
    class: 'retry',
    meaning: 'How the order ended could not be written to Salesforce, where it still says Activating.',
    remedy:
      'Mend what the message names. It is tried again at the longest delay of RETRY_SCHEDULE until it is written; saving the order in Salesforce sends it sooner.',
  },
  SALESFORCE_ANSWER_UNREADABLE: {
    class: 'retry',
    breaks: true,
    meaning: 'Salesforce answered with something that Soapstone does not understand.',
    remedy: 'If it stays: is SALESFORCE_INSTANCE_URL really the My Domain of the organisation, with no proxy in front?',
  },
} as const satisfies Record<string, CodeKind>
