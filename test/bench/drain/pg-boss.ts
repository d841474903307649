/** pg-boss: fetched and completed by hand in batches, which is the fastest way; `work` for the wait, which polls. */
import PgBoss from 'pg-boss'
import type { Drainer } from './contender.ts'

const FETCHES = 8
const BATCH = 50

export async function createPgBoss(url: string): Promise<Drainer> {
  const boss = new PgBoss({ connectionString: url, max: 10 })
  boss.on('error', (error) => void process.stderr.write(`${error}\n`))
  await boss.start()
  await boss.createQueue('noop')
  const fetchAll = async () => {
    for (;;) {
      const jobs = await boss.fetch('noop', { batchSize: BATCH })
      if (jobs.length === 0) return
      await boss.complete(
        'noop',
        jobs.map(({ id }) => id),
      )
    }
  }
  return {
    steps: 1,
    async fill(jobs) {
      for (let i = 0; i < jobs; i += 1_000) {
        const length = Math.min(1_000, jobs - i)
        await boss.insert(Array.from({ length }, (_, k) => ({ name: 'noop', data: { number: i + k } })))
      }
      return async () => void (await Promise.all(Array.from({ length: FETCHES }, fetchAll)))
    },
    async wait() {
      let began = () => {}
      // The shortest that it takes.
      await boss.work('noop', { pollingIntervalSeconds: 0.5 }, async () => began())
      return async () => {
        const start = new Promise<number>((resolve) => {
          began = () => resolve(performance.now())
        })
        await boss.send('noop', {})
        const committed = performance.now()
        return Math.max(0, (await start) - committed)
      }
    },
  }
}
