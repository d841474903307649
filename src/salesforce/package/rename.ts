/** The fields of the package under the names of this installation's mapping. */

import type { MappedField } from './fields.ts'
import type { PackageFiles } from './files.ts'
import { mapElements, setText } from './xml.ts'

export interface Renaming {
  /** As the package has it. */
  from: string
  to: MappedField
}

export function renameFields(files: PackageFiles, renamings: Renaming[]): PackageFiles {
  const lost = renamings.some(({ to }) => losesListView(to))
  return new Map(
    [...files].flatMap(([path, xml]): [string, string][] => {
      if (path.endsWith('.field-meta.xml')) return renameDefinition(path, xml, renamings)
      if (path.endsWith('.permissionset-meta.xml')) return [[path, renamePermissions(xml, renamings)]]
      if (!path.endsWith('.listView-meta.xml')) return [[path, xml]]
      return lost ? [] : [[path, renameColumns(xml, renamings)]]
    }),
  )
}

/** A list view calls a standard field by another name than all else does, which the mapping does not say. */
export function losesListView({ key, kind }: MappedField): boolean {
  return key === 'order.provisioningStatus' && kind === 'standard'
}

function renameDefinition(path: string, xml: string, renamings: Renaming[]): [string, string][] {
  const found = renamings.find(({ from, to }) => path.endsWith(`/${to.object}/fields/${from}.field-meta.xml`))
  if (found === undefined) return [[path, xml]]
  const { from, to } = found
  if (to.kind !== 'own') return []
  if (to.name === from) return [[path, xml]]
  const label = to.name.slice(0, -3).replaceAll('_', ' ')
  return [[path.replace(from, to.name), setText(setText(xml, 'fullName', to.name), 'label', label)]]
}

function renamePermissions(xml: string, renamings: Renaming[]): string {
  return mapElements(xml, 'fieldPermissions', (block) => {
    const found = renamings.find(({ from, to }) => block.includes(`<field>${to.object}.${from}</field>`))
    if (found === undefined) return block
    const { object, name, kind } = found.to
    // Salesforce refuses the whole set when it names a standard field that everybody sees.
    return kind === 'none' || kind === 'standard' ? '' : setText(block, 'field', `${object}.${name}`)
  })
}

function renameColumns(xml: string, renamings: Renaming[]): string {
  const ofOrder = renamings.filter(({ to }) => to.object === 'Order')
  const columns = mapElements(xml, 'columns', (block) => {
    const found = ofOrder.find(({ from }) => block.includes(`>${from}<`))
    if (found === undefined) return block
    return found.to.kind === 'standard' ? '' : setText(block, 'columns', found.to.name)
  })
  const filter = ofOrder.find(({ to }) => to.key === 'order.provisioningStatus')
  return filter ? setText(columns, 'field', filter.to.name) : columns
}
