/** The alerts there are, and what each is about. */

export const ALERT_KINDS = {
  failure_rate: 'orders',
  oldest_waiting: 'orders',
  dead_letters: 'orders',
  sweep_found: 'orders',
  messages_refused: 'orders',
  stage_paused: 'stages',
  security_burst: 'security',
  salesforce_budget: 'salesforce',
  subscription_down: 'salesforce',
  event_position_lost: 'salesforce',
  certificate_expiry: 'installation',
  ledger_full: 'installation',
  no_worker: 'installation',
} as const
export type AlertKind = keyof typeof ALERT_KINDS

export function toAlertKind(text: string): AlertKind | undefined {
  const kinds = Object.keys(ALERT_KINDS) as AlertKind[]
  return kinds.find((kind) => kind === text)
}
