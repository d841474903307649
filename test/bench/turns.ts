/** How long the longest turn of the event loop was while some work was done. */

export interface LongestTurn {
  /** By the clock: includes what other processes took. */
  milliseconds: number
  /** Of this thread's processor time: what the work itself took, garbage collection included. */
  cpuMilliseconds: number
}

export async function longestTurn(work: () => Promise<unknown>): Promise<LongestTurn> {
  const longest = { milliseconds: 0, cpuMilliseconds: 0 }
  let clock = performance.now()
  let cpu = process.threadCpuUsage()
  const look = () => {
    const spent = process.threadCpuUsage(cpu)
    longest.milliseconds = Math.max(longest.milliseconds, performance.now() - clock)
    longest.cpuMilliseconds = Math.max(longest.cpuMilliseconds, (spent.user + spent.system) / 1_000)
    clock = performance.now()
    cpu = process.threadCpuUsage()
  }
  const turn = () => {
    look()
    immediate = setImmediate(turn)
  }
  let immediate = setImmediate(turn)
  await work().finally(() => clearImmediate(immediate))
  look()
  return longest
}
