/** Chance by seed: the same seed makes the same choices. */

export interface Chance {
  /** 0 <= x < 1. */
  next(): number
  /** Whole, both ends included. */
  between(least: number, most: number): number
  maybe(probability: number): boolean
  pick<T>(of: readonly T[]): T
  /** A chance of its own: what one part of the test draws must not change what another draws. */
  fork(name: string): Chance
}

export function createChance(seed: string): Chance {
  let state = hash(seed)
  const next = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    maybe: (probability) => next() < probability,
    pick(of) {
      const found = of[Math.floor(next() * of.length)]
      if (found === undefined) throw new RangeError('nothing to choose from')
      return found
    },
    fork: (name) => createChance(`${seed}/${name}`),
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 0x01000193)
  return value >>> 0
}
