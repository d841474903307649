/** What API and page show of an order and its message, without the fields that the settings name. */
import type { DetailsPort } from '../operations/details.ts'
import { masked, namesLike } from '../runtime/masked.ts'

export function maskingDetails<L extends DetailsPort>(ledger: L, names: readonly string[]): L {
  if (names.length === 0) return ledger
  const isPrivate = namesLike(names)
  const mask = (value: unknown) => masked(value, isPrivate)
  return {
    ...ledger,
    async find(id, organizationId) {
      const shown = await ledger.find(id, organizationId)
      if (shown === undefined) return undefined
      const { message, provisioning, attempts } = shown
      return {
        ...shown,
        message: { ...message, fields: mask(message.fields) },
        provisioning: provisioning && { ...provisioning, request: mask(provisioning.request) },
        attempts: attempts.map((one) => ({ ...one, exchanges: mask(one.exchanges) })),
      }
    },
    async ofRecord(record) {
      const found = await ledger.ofRecord(record)
      return { ...found, order: found.order && { ...found.order, content: mask(found.order.content) } }
    },
  }
}
