/**
 * How a model is run: MODEL_RUNS sets how often, MODEL_SECONDS for how long at most, MODEL_SEED repeats a run. A failure
 * is told with the shortest way to it that was found by then; with MODEL_SHRINK=no with the first one, at once.
 */
const seconds = Number(process.env.MODEL_SECONDS ?? 30)

/** Longer than the runs, so that it is they that end. */
export const TIMEOUT_MS = (seconds + 20) * 1_000

export function runsOf(usual: number) {
  return {
    seed: Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 31),
    numRuns: Number(process.env.MODEL_RUNS ?? usual),
    interruptAfterTimeLimit: seconds * 1_000,
    endOnFailure: process.env.MODEL_SHRINK === 'no',
  }
}
