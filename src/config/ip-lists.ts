/** Addresses that settings name. They are checked here, so that a list that means nothing never gets as far as a door. */
import { createIpList, readListFile, splitList } from '../runtime/ip-list.ts'
import { readText } from './files.ts'

/** Where the entries of a list come from. A file may change while the process runs. */
export type IpSource = ({ file: string } | { entries: readonly string[] }) & {
  /** It names all addresses that there are. */
  everybody: boolean
}

export const IP_LIST = {
  allowed: 'addresses and networks (`192.0.2.0/24`), separated by commas, or `@file`',
  parse(text: string): IpSource {
    if (!text.startsWith('@')) {
      const entries = splitList(text)
      createIpList(entries)
      return { entries, everybody: entries.some(isEverybody) }
    }
    const file = text.slice(1)
    const content = readText(file)
    try {
      const entries = readListFile(content)
      createIpList(entries)
      return { file, everybody: entries.some(isEverybody) }
    } catch (error) {
      throw new Error(`(${file}) ${error instanceof Error ? error.message : error}`)
    }
  },
}

/** Proxies that are believed. Nobody means all of the world: then everybody could say where he comes from. */
export const PROXY_LIST = {
  allowed: 'addresses and networks, separated by commas',
  parse(text: string): readonly string[] {
    const entries = splitList(text)
    createIpList(entries)
    if (entries.some(isEverybody)) throw new Error('believes everybody: name the proxies themselves')
    return entries
  },
}

function isEverybody(entry: string): boolean {
  return /\/0+$/.test(entry)
}
