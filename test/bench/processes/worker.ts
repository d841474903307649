/** One of several processes that drain one ledger: the stages of the drain bench, every step in batches. */
import { serveParent } from '../child.ts'
import { createOurs, type Ours } from '../drain/ours.ts'

const AMOUNTS = { provision: { runSize: 200, concurrency: 2, maxLeased: 400 }, readsOn: true } as const

let ours: Ours | undefined
let completed = () => 0

serveParent({
  async open() {
    ours = await createOurs(process.argv[3] ?? '', AMOUNTS)
    return {}
  },
  async join() {
    if (ours) completed = ours.join()
    return {}
  },
  async completed() {
    return { completed: completed() }
  },
})
