/**
 * How many orders callback may read now: at most `most` wait between callback and provision, so that they don't grow old
 * there. Orders that did grow old are exempt: provision sent them back, and they would starve behind fresh ones.
 */
export interface ReadAheadOptions {
  most: number
  /** How many wait at provision. It need not count further than `most`. */
  waiting: (most: number) => Promise<number>
  /** How many of the next `most` due orders were read before. */
  readBefore: (wanted: number) => Promise<number>
}

export function createReadAhead({ most, waiting, readBefore }: ReadAheadOptions) {
  return async (wanted: number): Promise<number> => {
    const free = most - (await waiting(most))
    return free >= wanted ? wanted : Math.max(free, await readBefore(wanted))
  }
}
