/** What the pages ask and do, by way of the operations. */
import type { AuditPort } from '../../operations/audit.ts'
import type { CancelPort } from '../../operations/cancel.ts'
import type { DeliveryPort } from '../../operations/deliveries.ts'
import type { DetailsPort } from '../../operations/details.ts'
import type { DismissPort } from '../../operations/dismiss.ts'
import type { FailuresPort } from '../../operations/failures.ts'
import type { LatencyPort } from '../../operations/latency.ts'
import type { PausePort } from '../../operations/pause.ts'
import type { PriorityPort } from '../../operations/priority.ts'
import type { ReplayPort } from '../../operations/replay.ts'
import type { ReplaysPort } from '../../operations/replays.ts'
import type { FindingPort, ResolvePort } from '../../operations/resolve.ts'
import type { StatusPort } from '../../operations/status.ts'
import type { TasksPort } from '../../operations/tasks.ts'
import type { ThroughputPort } from '../../operations/throughput.ts'
import type { TokenPort } from '../../operations/tokens.ts'
import type { WebhookPort, WebhookRules } from '../../operations/webhooks.ts'

export interface PageLedger
  extends DetailsPort,
    ReplayPort,
    DismissPort,
    CancelPort,
    ResolvePort,
    PriorityPort,
    PausePort,
    ReplaysPort,
    TasksPort,
    StatusPort,
    FailuresPort,
    ThroughputPort,
    AuditPort,
    LatencyPort {
  tokens: TokenPort
}

/** Where the same thing is in the other systems. Undefined: nobody knows that organisation. */
export interface Links {
  salesforceRecord(organizationId: string, recordId: string): string | undefined
  whmcsOrder(organizationId: string, whmcsOrderId: string): string | undefined
}

export interface Pages {
  ledger: PageLedger
  webhooks: WebhookPort & DeliveryPort
  webhookRules: WebhookRules
  whmcs: FindingPort
  links: Links
  organizations: readonly { id: string; name: string }[]
  now: () => Date
}
