/** How many turns the event loop had while some work was done: how often others could have had theirs. */
export async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  const count = () => {
    turns += 1
    immediate = setImmediate(count)
  }
  let immediate = setImmediate(count)
  await work().finally(() => clearImmediate(immediate))
  return turns
}
