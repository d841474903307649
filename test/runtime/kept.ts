/** Writes how many of a hundred things for which requests were made are still in memory. Argument: the URL. */
import { notingFor } from '../../src/runtime/exchanges.ts'
import { createHttpClient } from '../../src/runtime/http-client.ts'
import { keptAfter } from '../helpers/left-behind.ts'

const [, , url = ''] = process.argv
const http = createHttpClient()
const { signal } = new AbortController()
const kept = await keptAfter(100, (order) =>
  notingFor(order, () => http(url, { method: 'GET', timeoutMs: 60_000, signal })),
)
process.stdout.write(String(kept))
process.exit()
