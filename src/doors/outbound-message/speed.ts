/** Cuts off bodies that come too slowly: a connection that trickles costs its sender nothing and us a place. */

/** It came too slowly to be waited for. */
export class TooSlow extends Error {
  constructor() {
    super('the message comes too slowly')
  }
}

export interface SpeedLimits {
  /** For so long any speed will do. */
  graceMs: number
  /** From then on, on average since its begin. */
  bytesPerSecond: number
  /** A body whose length is known must be on its way to be complete by then. */
  longestMs: number
  /** How often it is looked at. */
  everyMs: number
  /** Milliseconds that only go forward. */
  now: () => number
}

export interface Arriving {
  /** Bytes so far. */
  size: number
  end(): void
}

export interface SpeedGuard {
  watch(declared: number, refuse: (error: TooSlow) => void): Arriving
}

interface Watched {
  arriving: Arriving
  since: number
  declared: number
  refuse: (error: TooSlow) => void
  place: number
}

export function createSpeedGuard({ graceMs, bytesPerSecond, longestMs, everyMs, now }: SpeedLimits): SpeedGuard {
  /** Each knows its place. A Map that is filled and emptied with each message leaves its old tables behind, one linked to the next. */
  const all: Watched[] = []
  let timer: NodeJS.Timeout | undefined

  /** One timer for all of them: one for each message would cost as much as reading its body does. */
  function look(): void {
    for (const { arriving, since, declared, refuse } of [...all]) {
      const elapsed = now() - since
      const expected = Math.max((bytesPerSecond * elapsed) / 1_000, (declared * elapsed) / longestMs)
      if (elapsed > graceMs && arriving.size < expected) refuse(new TooSlow())
    }
    if (all.length > 0) return
    clearInterval(timer)
    timer = undefined
  }

  /** The last one takes its place. */
  function leave(watched: Watched): void {
    const last = all.pop()
    if (last === undefined || last === watched) return
    all[watched.place] = last
    last.place = watched.place
  }

  return {
    watch(declared, refuse) {
      const arriving = { size: 0, end: () => leave(watched) }
      const watched = { arriving, since: now(), declared, refuse, place: all.length }
      all.push(watched)
      timer ??= setInterval(look, everyMs).unref()
      return arriving
    },
  }
}
