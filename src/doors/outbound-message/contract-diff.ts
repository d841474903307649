/** What changes when one contract takes the place of another. */
import type { Contract, FieldType } from './contract.ts'

export interface ContractDiff {
  recordType?: { from: string; to: string }
  added: { field: string; type: FieldType }[]
  removed: { field: string; type: FieldType }[]
  retyped: { field: string; from: FieldType; to: FieldType }[]
}

export function diffContracts(from: Contract, to: Contract): ContractDiff {
  const before = [...from.fields].map(([field, type]) => ({ field, type }))
  const after = [...to.fields].map(([field, type]) => ({ field, type }))
  return {
    ...(from.recordType !== to.recordType && { recordType: { from: from.recordType, to: to.recordType } }),
    added: after.filter(({ field }) => !from.fields.has(field)),
    removed: before.filter(({ field }) => !to.fields.has(field)),
    retyped: before.flatMap(({ field, type }) => {
      const now = to.fields.get(field)
      return now !== undefined && now !== type ? [{ field, from: type, to: now }] : []
    }),
  }
}
