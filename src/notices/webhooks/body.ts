/** The body of a delivery, as its receiver takes it. */
import type { Delivery, Event } from './delivery.ts'
import { sentenceOf } from './sentence.ts'

export function bodyOf({ format, event, secrets }: Pick<Delivery, 'format' | 'event' | 'secrets'>): object {
  switch (format) {
    case 'standard':
      return { type: event.type, timestamp: event.happenedAt.toISOString(), data: event.data }
    case 'slack':
      return { text: slackText(sentenceOf(event)) }
    case 'teams':
      return teamsMessage(event)
    case 'pagerduty':
      return pagerDutyEvent(event, secrets[0] ?? '')
    default:
      return format satisfies never
  }
}

/** Slack reads these three as markup. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** As the workflow "When a Teams webhook request is received" takes it. */
function teamsMessage(event: Event): object {
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [{ type: 'TextBlock', text: sentenceOf(event), wrap: true }],
  }
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
  }
}

/** PagerDuty refuses a longer summary. */
const LONGEST_SUMMARY = 1_024

/** Events API v2. One incident for each alert: it is known by the alert's id, and ends with it. */
function pagerDutyEvent(event: Event, routingKey: string): object {
  const { data, type, happenedAt, id } = event
  return {
    routing_key: routingKey,
    event_action: type === 'alert.resolved' ? 'resolve' : 'trigger',
    dedup_key: typeof data.alertId === 'string' ? data.alertId : id,
    payload: {
      summary: sentenceOf(event).slice(0, LONGEST_SUMMARY),
      source: 'soapstone',
      severity: 'error',
      timestamp: happenedAt.toISOString(),
      class: type,
      custom_details: data,
    },
  }
}
