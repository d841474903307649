/** Writes the tables of the README that come from the code; README.md is up to date when nothing changes. */
import { readFileSync, writeFileSync } from 'node:fs'
import { SETTINGS } from '../../src/config/settings.ts'
import { CODES } from '../../src/domain/codes.ts'

const path = new URL('../../README.md', import.meta.url)

export function currentReadme(): string {
  return readFileSync(path, 'utf8')
}

export function generatedReadme(): string {
  return between(between(currentReadme(), 'settings', settingsTable()), 'codes', codesTable())
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

if (import.meta.main) writeFileSync(path, generatedReadme())
