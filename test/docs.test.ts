/** The documents lead nowhere that is not there. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const DOCUMENTS = [
  'README.md',
  'MAPPING.md',
  'ARCHITECTURE.md',
  'OPERATIONS.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
].concat(
  ['fixtures', 'fixtures/monitoring', 'fixtures/portal', 'sql', 'wsdl', 'wsdl/salesforce', 'test/bench'].map(
    (folder) => `${folder}/README.md`,
  ),
)

/** Of each heading, as GitHub makes it. */
function anchorsOf(text: string): string[] {
  const headings = text.matchAll(/^#+ (.+)$/gm)
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function brokenLinks(document: string): string[] {
  const links = [...read(document).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link)
  return links.filter((link) => {
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? document : join(dirname(document), path)
    if (!existsSync(join(root, target))) return true
    return anchor !== undefined && !anchorsOf(read(target)).includes(anchor)
  })
}

for (const document of DOCUMENTS) {
  t.test(`${document} links to nothing that is not there`, async (t) => t.same(brokenLinks(document), []))
}

t.test('ARCHITECTURE.md names no file or folder that is not there', async (t) => {
  const text = read('ARCHITECTURE.md')
  const paths = [...text.matchAll(/`((?:[a-z-]+\/)+(?:[a-z-]+\.ts)?)`/g)].map(([, path = '']) => path)
  t.ok(paths.length > 10)
  t.same(
    paths.filter((path) => !existsSync(join(root, 'src', path)) && !existsSync(join(root, path))),
    [],
  )
})
