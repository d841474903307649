/** What the operations know of a notification. The names are those of the JSON that commands and API give. */

export interface Notification {
  organizationId: string
  notificationId: string
  source: string
  recordType: string
  recordId: string | undefined
  orderNumber: string | undefined
  accountName: string | undefined
  state: string
  step: string
  priority: string
  attempts: number
  errorCode: string | undefined
  errorMessage: string | undefined
  whmcsOrderId: string | undefined
  receivedAt: Date
  nextAttemptAt: Date | undefined
  finalizedAt: Date | undefined
}

export interface Attempt {
  attemptNo: number
  step: string
  worker: string
  startedAt: Date
  finishedAt: Date
  outcome: string
  code: string | undefined
  message: string | undefined
  /** What other systems were asked and answered: a list. Undefined: nothing, or it has been removed. */
  exchanges: unknown
}

/** What a person did with it. */
export interface Act {
  act: string
  /** The person or the token, and the login where that is another: `anna (as soapstone)`. */
  requestedBy: string
  via: string
  reason: string | undefined
  requestedAt: Date
  fromState: string | undefined
  toStep: string | undefined
  /** What else there is to say of it. */
  detail: unknown
}

/** What is known of its order in WHMCS. */
export interface Provisioning {
  state: string
  whmcsClientId: string | undefined
  /** How often `AddOrder` was sent, and how often WHMCS was searched after it. */
  sends: number
  looks: number
  /** Found in WHMCS, where the answer to `AddOrder` was lost. */
  adopted: boolean
  serviceIds: unknown
  request: unknown
}

/** One notification and everything that was tried for it. */
export interface Shown {
  notification: Notification & { supersededBy: string | undefined; leaseHolder: string | undefined }
  attempts: Attempt[]
  acts: Act[]
  provisioning: Provisioning | undefined
  message: { actionId: string; hasSession: boolean; fields: unknown }
}
