/** The organisations as somebody names them at the command line, and as the verbs name them to him. */
import { type Organization, organizationsOf } from '../config/organizations.ts'
import type { Config } from '../config/read.ts'
import { toId18 } from '../domain/salesforce-id.ts'
import { Refusal } from '../operations/refusal.ts'
import { readSettings } from './context.ts'

interface Named {
  id: string
  name: string
}

/** The organisations of the settings, where they are whole: who only reads needs no more than DATABASE_URL. */
export function namedOrganizations(): Named[] {
  const { config } = readSettings()
  return config === undefined ? [] : organizationsOf(config).map(({ id, name }) => ({ id, name }))
}

/** A column that says which organisation a row is of. It has neither header nor cells where there is only one. */
export interface OrganizationColumn {
  header: string[]
  cells(id: string | undefined): string[]
}

/** `ids`: of the rows. */
export function organizationColumn(
  ids: readonly (string | undefined)[],
  organizations = namedOrganizations(),
): OrganizationColumn {
  const names = new Map(organizations.map(({ id, name }) => [id, name]))
  const all = new Set([...names.keys(), ...ids.filter((id) => id !== undefined)])
  if (all.size < 2) return { header: [], cells: () => [] }
  return { header: ['ORGANISATION'], cells: (id = '-') => [names.get(id) ?? id] }
}

/** The one that is meant by its name or id: where there are several, nobody guesses. */
export function organizationNamed(text: string | undefined, config: Config): Organization {
  const all = organizationsOf(config)
  const names = all.map(({ name }) => name)
  if (text === undefined) {
    const [only, another] = all
    if (only !== undefined && another === undefined) return only
    throw new Refusal('invalid', `there are several organisations, say which: --organization ${names.join(' or ')}`)
  }
  const found = all.find(({ id, name }) => name === text || id === toId18(text))
  if (found !== undefined) return found
  throw new Refusal('unknown', `no organisation is called ${text}: there are ${names.join(' and ')}`)
}

/** The id of the organisation with that name; any other text as it is. */
export function idOfOrganization(text: string | undefined): string | undefined {
  return text && (namedOrganizations().find(({ name }) => name === text)?.id ?? text)
}
