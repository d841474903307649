/** Passwords are sent, and never kept: whoever may read the ledger would read them. */
import type { ProvisionRequest } from '../order.ts'
import { SECRET_PARAMETERS } from './parameters.ts'

export function withoutSecrets(request: ProvisionRequest): ProvisionRequest {
  const { lines, accept, client } = request
  return {
    ...request,
    lines: lines.map((line) => ({ ...line, ...(line.parameters && { parameters: masked(line.parameters) }) })),
    ...(accept && { accept: masked(accept) }),
    ...(client && { client: { ...client, fields: masked(client.fields) } }),
  }
}

function masked(parameters: Record<string, string>): Record<string, string> {
  const entries = Object.entries(parameters)
  return Object.fromEntries(entries.map(([name, text]) => [name, SECRET_PARAMETERS.includes(name) ? '(set)' : text]))
}
