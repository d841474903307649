/** Lists of addresses: `10.0.0.0/8, 192.0.2.7, 2001:db8::/32`, or a file with one of them on each line. */
import { BlockList, isIP } from 'node:net'
import { isObject } from './is-object.ts'

export interface IpList {
  /** What is no address at all is on no list; nor is a connection that is gone, and has no address any more. */
  allowed(address: string | undefined): boolean
}

/** Throws an Error that names the entry which is no address and no network. */
export function createIpList(entries: readonly string[]): IpList {
  if (entries.length === 0) throw new Error('names no address')
  const list = new BlockList()
  for (const entry of entries) {
    const { address, bits, version } = readEntry(entry)
    list.addSubnet(address, bits, version)
  }
  return {
    allowed(given) {
      // The interface that an address of one link belongs to says nothing about who that is.
      const address = given?.split('%', 1)[0] ?? ''
      const version = isIP(address)
      // An IPv4 address in its IPv6 form (`::ffff:192.0.2.7`) is found among those of IPv4.
      return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6')
    },
  }
}

/** Separated by commas or blanks. */
export function splitList(text: string): string[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== '')
}

/**
 * The entries of a file: one on each line, what follows a `#` being a comment, or the JSON in which Salesforce publishes
 * its addresses. There `prefixes[].ip_prefix` is one network or a list of them.
 */
export function readListFile(text: string): string[] {
  const plain = text.replace(/^\uFEFF/, '')
  if (plain.trimStart().startsWith('{')) return readRanges(plain)
  return plain
    .split(/\r\n?|\n/)
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
}

function readRanges(json: string): string[] {
  let ranges: unknown
  try {
    ranges = JSON.parse(json)
  } catch {
    throw new Error('is not JSON, though it begins like it')
  }
  const prefixes = isObject(ranges) ? ranges.prefixes : undefined
  if (!Array.isArray(prefixes)) throw new Error('is JSON without a list called prefixes')
  return prefixes.flatMap((prefix: unknown) => {
    const found: unknown = isObject(prefix) ? prefix.ip_prefix : undefined
    const networks: unknown[] = Array.isArray(found) ? found : [found]
    return networks.map((network) => {
      if (typeof network !== 'string') throw new Error('has an entry of prefixes without ip_prefix')
      return network
    })
  })
}

/** A single address is a network of one. */
function readEntry(entry: string) {
  const [address = '', bits, ...more] = entry.split('/')
  const version = isIP(address)
  const most = version === 4 ? 32 : 128
  const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (version === 0 || address.includes('%') || more.length > 0 || !(length <= most)) {
    throw new Error(`has an entry that is no address and no network such as 192.0.2.0/24: ${shown(entry)}`)
  }
  return { address, bits: length, version: version === 4 ? ('ipv4' as const) : ('ipv6' as const) }
}

/** Enough to find it. A file that was named by mistake may hold anything. */
function shown(entry: string): string {
  const short = entry.length > 43 ? `${entry.slice(0, 40)}...` : entry
  return JSON.stringify(short)
}
