/** The words of the ledger as people read them. */
import { type Html, html } from '../html.ts'

const STEPS: Record<string, string> = {
  callback: 'Read from Salesforce',
  provision: 'Provision in WHMCS',
  write_back: 'Report to Salesforce',
}

export function stepName(step: string): string {
  return STEPS[step] ?? step
}

/** What stands still when this step does. */
const STANDS: Record<string, string> = {
  callback: 'reading orders',
  provision: 'provisioning',
  write_back: 'reporting to Salesforce',
}

export function stepActivity(step: string): string {
  return STANDS[step] ?? step
}

/** A shape beside the word: colour alone says nothing to many. */
const SHAPES: Record<string, string> = {
  pending: '○',
  working: '◐',
  completed: '●',
  dead: '▲',
  ignored: '–',
  superseded: '↷',
  dismissed: '×',
}

export function stateBadge(state: string): Html {
  return html`<span class="state ${state}"><span aria-hidden="true">${SHAPES[state] ?? '·'}</span> ${state}</span>`
}

const OUTCOMES: Record<string, string> = {
  advanced: 'done',
  completed: 'done',
  ignored: 'nothing to do',
  waiting: 'waits for an answer',
  retry: 'failed, is tried again',
  paused: 'stage paused',
  gave_up: 'gave up',
  dead: 'dead letter',
  lost: 'worker was lost',
  released: 'given back',
}

export function outcomeWords(outcome: string): string {
  return OUTCOMES[outcome] ?? outcome
}

const DOORS: Record<string, string> = {
  'outbound-message': 'outbound message',
  'quick-action': 'Quick Action',
  'platform-event': 'platform event',
  'change-event': 'change event',
  sweep: 'sweep',
}

export function doorName(source: string): string {
  return DOORS[source] ?? source
}
