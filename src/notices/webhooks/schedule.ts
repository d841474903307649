/** When a delivery that did not arrive is tried again. */

/** That of Standard Webhooks: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h. */
const SCHEDULE_MS = [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000]

/** Undefined: it has been tried often enough. Up to a fifth longer, so that what failed together does not come together. */
export function nextDelay(attemptsBefore: number, random: () => number): number | undefined {
  const delay = SCHEDULE_MS[attemptsBefore]
  return delay && Math.round(delay * (1 + 0.2 * random()))
}
