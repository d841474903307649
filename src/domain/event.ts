/** What happens, as others are told of it. Samples are in fixtures/events. */

export const EVENT_TYPES = [
  'order.activating',
  'order.provisioned',
  'order.failed',
  'notification.dead',
  'stage.paused',
  'stage.resumed',
  'alert.raised',
  'alert.resolved',
  'security.refused',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** How the body of a webhook looks. `standard`: Standard Webhooks. */
export const FORMATS = ['standard', 'slack', 'teams', 'pagerduty'] as const
export type Format = (typeof FORMATS)[number]
