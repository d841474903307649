/** Writes the tables of the documents that come from the code; they are up to date when nothing changes. */
import { readFileSync, writeFileSync } from 'node:fs'
import { Registry } from 'prom-client'
import { SETTINGS } from '../../src/config/settings.ts'
import { CODES } from '../../src/domain/codes.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { EVENTS } from '../../src/runtime/events.ts'

const root = new URL('../../', import.meta.url)

/** By document: its tables, by name. */
const TABLES: Record<string, Record<string, () => string>> = {
  'README.md': { settings: settingsTable, codes: codesTable },
  'OPERATIONS.md': { events: eventsTable },
  'fixtures/monitoring/README.md': { metrics: metricsTable },
}

export interface Document {
  path: string
  current: string
  generated: string
}

export function documents(): Document[] {
  return Object.entries(TABLES).map(([path, tables]) => {
    const current = readFileSync(new URL(path, root), 'utf8')
    const generated = Object.entries(tables).reduce((text, [name, table]) => between(text, name, table()), current)
    return { path, current, generated }
  })
}

function between(text: string, name: string, table: string): string {
  const [start, end] = [`<!-- ${name}: written by npm run readme -->`, `<!-- /${name} -->`]
  const from = text.indexOf(start) + start.length
  return `${text.slice(0, from)}\n${table}\n${text.slice(text.indexOf(end))}`
}

function settingsTable(): string {
  const rows = Object.entries(SETTINGS).map(([name, setting]) => {
    const standard = 'default' in setting ? `\`${setting.default}\`` : 'required' in setting ? 'required' : '-'
    const allowed = 'allowed' in setting ? setting.allowed : ''
    return `| \`${name}\` | ${setting.meaning} | ${standard} | ${allowed} |`
  })
  return ['| setting | meaning | default | allowed |', '|---|---|---|---|', ...rows].join('\n')
}

function codesTable(): string {
  const rows = Object.entries(CODES).map(
    ([code, { class: kind, meaning, remedy }]) => `| \`${code}\` | ${kind} | ${meaning} | ${remedy} |`,
  )
  return ['| code | class | meaning | remedy |', '|---|---|---|---|', ...rows].join('\n')
}

/** Ours; those of Node and the process are the same in every program. */
function metricsTable(): string {
  const registry = new Registry()
  createMetrics(registry).watch({ counts: async () => [], stages: () => [], waiting: () => 0, pools: () => [] })
  const own = registry.getMetricsAsArray().filter(({ name }) => !/^soapstone_(?:process|nodejs)_/.test(name))
  const rows = own.map((metric) => {
    const labels = 'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames : []
    const shown = labels.map((label) => `\`${label}\``).join(' ')
    return `| \`${metric.name}\` | ${metric.type} | ${shown} | ${metric.help} |`
  })
  return ['| metric | type | labels | meaning |', '|---|---|---|---|', ...rows.toSorted()].join('\n')
}

function eventsTable(): string {
  const rows = Object.entries(EVENTS).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`)
  return ['| event | what has happened |', '|---|---|', ...rows].join('\n')
}

if (import.meta.main) {
  for (const { path, generated } of documents()) writeFileSync(new URL(path, root), generated)
}
