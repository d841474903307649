/** What fixtures/monitoring says of the metrics, and what they are. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { createMetrics } from '../../src/http/metrics.ts'

const read = (name: string) => readFileSync(new URL(`../../fixtures/monitoring/${name}`, import.meta.url), 'utf8')

async function allMetrics(): Promise<Set<string>> {
  const metrics = createMetrics()
  metrics.watch({ counts: async () => [], stages: () => [], waiting: () => 0, pools: () => [] })
  const { text } = await metrics.page()
  return new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name))
}

const namesIn = (text: string) => [...new Set(text.match(/\bsoapstone_[a-z0-9_]+/g) ?? [])]
const withoutSuffix = (name: string) => name.replace(/_(?:bucket|count|sum)$/, '')

t.test('rules and dashboard name no metric that there is not', async (t) => {
  const metrics = await allMetrics()
  for (const file of ['alerts.yml', 'dashboard.json']) {
    const used = namesIn(read(file)).filter((name) => name !== 'soapstone_')
    t.ok(used.length > 10, file)
    for (const name of used) t.ok(metrics.has(name) || metrics.has(withoutSuffix(name)), `${name} of ${file}`)
  }
})

t.test('every panel of the dashboard has a title, an explanation and a place of its own', async (t) => {
  const { panels, uid, templating } = JSON.parse(read('dashboard.json'))
  t.equal(uid, 'soapstone')
  t.same(
    templating.list.map(({ name }: { name: string }) => name),
    ['datasource', 'organization'],
  )
  t.ok(panels.length > 15)
  t.equal(new Set(panels.map(({ id }: { id: number }) => id)).size, panels.length)
  for (const { type, title, description, targets } of panels) {
    if (type === 'row') continue
    t.match({ title, description }, { title: /\w/, description: /\.$/ })
    t.ok(targets.length > 0, title)
  }
})

t.test('every alert is tried both ways', async (t) => {
  const cases = read('alerts.test.yml')
  for (const [, name = ''] of read('alerts.yml').matchAll(/- alert: (\w+)/g)) {
    t.equal(cases.match(new RegExp(`\\b${name}\\b`, 'g'))?.length, 2, name)
  }
})

t.test('OPERATIONS.md says of every alert what to do, and of no other', async (t) => {
  const alerts = [...read('alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name)
  const operations = readFileSync(new URL('../../OPERATIONS.md', import.meta.url), 'utf8')
  const explained = [...operations.matchAll(/^\| `(Soapstone\w+)` \|/gm)].map(([, name]) => name)
  t.same(explained.toSorted(), alerts.toSorted())
})
