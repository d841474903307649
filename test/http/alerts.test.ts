import { readFileSync } from 'node:fs'
import t from 'tap'
import { createMetrics } from '../../src/http/metrics.ts'

t.test('the alert rules name no metric that there is not', async (t) => {
  const rules = readFileSync(new URL('../../fixtures/monitoring/alerts.yml', import.meta.url), 'utf8')
  const metrics = createMetrics()
  metrics.watch({ counts: async () => [], stages: () => [], waiting: () => 0 })
  const { text } = await metrics.page()
  const names = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name))
  const used = [...rules.matchAll(/\bsoapstone_[a-z_]+/g)].map(([name]) => name.replace(/_bucket$/, ''))
  t.ok(used.length > 5)
  for (const name of used) t.ok(names.has(name), name)
})
