/**
 * Questions that are asked at the same time share one answer: what is asked while a load is under way goes with the next
 * one, and each key once. So many that wait cost as much as few.
 */
export interface BatchedOptions<V> {
  load: (keys: string[]) => Promise<Map<string, V>>
  /** At most so many keys in one load. */
  most: number
}

interface Asked<V> {
  resolve: (value: V | undefined) => void
  reject: (error: unknown) => void
}

export function batched<V>({ load, most }: BatchedOptions<V>): (key: string) => Promise<V | undefined> {
  const waiting = new Map<string, Asked<V>[]>()
  let loading = false

  async function run(): Promise<void> {
    loading = true
    // Those that are asked in the same turn go together.
    await Promise.resolve()
    while (waiting.size > 0) {
      const group = [...waiting].slice(0, most)
      for (const [key] of group) waiting.delete(key)
      try {
        const found = await load(group.map(([key]) => key))
        for (const [key, asked] of group) for (const { resolve } of asked) resolve(found.get(key))
      } catch (error) {
        for (const [, asked] of group) for (const { reject } of asked) reject(error)
      }
    }
    loading = false
  }

  return (key) =>
    new Promise((resolve, reject) => {
      const asked = waiting.get(key) ?? []
      asked.push({ resolve, reject })
      waiting.set(key, asked)
      if (!loading) void run()
    })
}
