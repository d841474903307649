/** What takes long, and what of it every run of the tests does. `npm run check:long` does all of it. */

/** Each with its name: those that are named, or all where time is no matter. */
export function positions<T>(all: Record<string, T>, always: readonly string[]): [string, T][] {
  const entries = Object.entries(all)
  const unknown = always.filter((name) => !(name in all))
  if (unknown.length > 0) throw new Error(`no position ${unknown.join(', ')}`)
  return process.env.LONG ? entries : entries.filter(([name]) => always.includes(name))
}
