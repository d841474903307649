/** The package as one installation needs it: its address, the names of its mapping, the fields of its contract. */
import type { Mapping } from '../../domain/mapping/mapping.ts'
import { needsOf } from '../../domain/mapping/needs.ts'
import { Explained } from '../../runtime/explained.ts'
import { type Addresses, addressPackage } from './addresses.ts'
import { type MappedField, mappedFields } from './fields.ts'
import type { PackageFiles } from './files.ts'
import { losesListView, type Renaming, renameFields } from './rename.ts'
import { escapeXml, repeat } from './xml.ts'

export interface Installation extends Addresses {
  mapping: Mapping
  /** The mapping whose names the files of the package have. */
  defaults: Mapping
  /** The fields of the outbound message, besides Id. */
  contract: string[]
}

export interface Adapted {
  files: PackageFiles
  /** What the person who deploys it should know. */
  notes: string[]
}

/** Throws Explained when the mapping gives two things one field, or two statuses one name. */
export function adaptPackage(files: PackageFiles, installation: Installation): Adapted {
  const { mapping, defaults, contract } = installation
  const fields = mappedFields(mapping)
  refuseDoubles(fields, mapping)
  const renamings = mappedFields(defaults).flatMap(({ key, name: from }): Renaming[] => {
    const to = fields.find((field) => field.key === key)
    return to ? [{ from, to }] : []
  })
  const { taken, left } = contractFields(contract, renamings)
  const changed = [...renameFields(files, renamings)].map(([path, text]): [string, string] => {
    if (path.endsWith('.flow-meta.xml')) return [path, repeat(text, 'filters', 'stringValue', mapping.eligibleStatuses)]
    if (path.endsWith('.workflow-meta.xml')) return [path, repeat(text, 'fields', 'fields', ['Id', ...taken])]
    return [path, /\.(?:field|listView)-meta\.xml$/.test(path) ? renameStatuses(text, mapping, defaults) : text]
  })
  return { files: addressPackage(new Map(changed), installation), notes: notesOn(fields, left, installation) }
}

function refuseDoubles(fields: MappedField[], { statuses }: Mapping): void {
  const named = fields
    .filter(({ kind }) => kind !== 'none')
    .map(({ object, key, name }) => ({ key, name: `${object}.${name}` }))
  const states = Object.entries(statuses).map(([key, name]) => ({ key: `statuses.${key}`, name }))
  for (const all of [named, states]) {
    for (const [i, one] of all.entries()) {
      // Salesforce does not tell names apart by case.
      const other = all.slice(0, i).find(({ name }) => name.toLowerCase() === one.name.toLowerCase())
      if (other) throw new Explained(`MAPPING_FILE says ${one.name} for ${other.key} and for ${one.key}`)
    }
  }
}

/** A field that the mapping calls otherwise is not in the org: the contract is of before that. */
function contractFields(contract: string[], renamings: Renaming[]): { taken: string[]; left: string[] } {
  const ofOrder = renamings.filter(({ to }) => to.object === 'Order')
  const gone = ofOrder.map(({ from }) => from).filter((from) => !ofOrder.some(({ to }) => to.name === from))
  return {
    taken: contract.filter((field) => !gone.includes(field)),
    left: contract.filter((field) => gone.includes(field)),
  }
}

function renameStatuses(xml: string, { statuses }: Mapping, { statuses: defaults }: Mapping): string {
  const names = new Map([
    [defaults.activating, statuses.activating],
    [defaults.provisioned, statuses.provisioned],
    [defaults.failed, statuses.failed],
    [defaults.cancelled, statuses.cancelled],
  ])
  // All at once: one status may have the name that another one had. Descriptions hold such words within longer texts.
  return xml.replace(/>([^<>]+)</g, (all, text: string) => {
    const name = names.get(text)
    return name === undefined ? all : `>${escapeXml(name)}<`
  })
}

function notesOn(fields: MappedField[], left: string[], { user, keyed, mapping }: Installation): string[] {
  const { order, item } = needsOf(mapping)
  const read = [...order, ...item]
  const written = Object.entries(mapping.writeBack).flatMap(([object, names]) =>
    Object.keys(names).map((name) => `${object}.${name}`),
  )
  const foreign = fields.filter(({ kind }) => kind === 'managed' || kind === 'standard')
  return [
    ...foreign.map(({ object, name, kind }) =>
      kind === 'managed'
        ? `${object}.${name} belongs to a managed package: it must be in the org before`
        : `${object}.${name} is a standard field: give the integration user access to it by hand`,
    ),
    ...(fields.some(losesListView)
      ? ["the list view of failed orders is left out: it can't find them by a standard field"]
      : []),
    ...left.map(
      (field) => `the contract has ${field}, which the mapping calls otherwise: the message does not send it`,
    ),
    ...(read.length > 0 ? [`give the integration user read access to ${read.join(', ')} by hand`] : []),
    ...(written.length > 0 ? [`give the integration user edit access to ${written.join(', ')} by hand`] : []),
    ...(user === undefined ? ['set SOAPSTONE_SALESFORCE_USER, the user to send as, when you deploy'] : []),
    ...(keyed ? ['set OUTBOUND_MESSAGE_KEY when you deploy: it is part of the address, and in no file'] : []),
  ]
}
