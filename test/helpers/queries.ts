/** Every statement that the ledger declares: whatever its files export with a declaration. */
import { readdirSync } from 'node:fs'

const folder = new URL('../../src/ledger/', import.meta.url)

export interface Declared {
  name: string
  parameters: Record<string, string>
  columns: Record<string, string>
  planned: 'once' | 'each-time'
  text: () => string
}

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
const modules: object[] = await Promise.all(files.sort().map((file) => import(new URL(file, folder).href)))

export const DECLARED: Declared[] = modules.flatMap((one) => Object.values(one)).flatMap(declarationIn)

function declarationIn(exported: unknown): Declared[] {
  return typeof exported === 'function' && 'declared' in exported ? [exported.declared as Declared] : []
}
