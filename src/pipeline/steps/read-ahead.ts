/**
 * How many orders callback may read now: no more than provision will come to before they grow old. Those that did grow
 * old may always be read again: provision waits for them, and could not go on where enough others are read already.
 */
export interface ReadAheadOptions {
  most: number
  /** How many wait at provision; need not count further than `most`. */
  waiting: (most: number) => Promise<number>
  /** How many of the next so many were read before. */
  readBefore: (wanted: number) => Promise<number>
}

export function createReadAhead({ most, waiting, readBefore }: ReadAheadOptions) {
  return async (wanted: number): Promise<number> => {
    const free = most - (await waiting(most))
    return free >= wanted ? wanted : Math.max(free, await readBefore(wanted))
  }
}
