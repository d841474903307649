import t from 'tap'
import { type HeadlineFacts, headline } from '../../../../src/admin/page/overview/headline.ts'

const NOW = new Date('2026-11-25T12:00:00Z')
const idle = { step: 'provision', waiting: 0, working: 0, oldestSeconds: 0, paused: undefined }
const well: HeadlineFacts = { dead: 0, provisioned: 1_204, stages: [idle], begun: true, workers: 2 }
const paused = {
  code: 'WHMCS_ACCESS_REFUSED',
  message: 'invalid credentials',
  since: new Date('2026-11-25T06:12:00Z'),
  until: undefined,
}

t.test('headline says in a sentence whether all is well, and else what needs somebody', async (t) => {
  const said: [Partial<HeadlineFacts>, string, string][] = [
    [{}, 'well', 'All is well: 1204 orders provisioned in the last 24 h, none waits for you.'],
    [{ provisioned: 12_345 }, 'well', 'All is well: 12,345 orders provisioned in the last 24 h, none waits for you.'],
    [{ begun: false }, 'empty', 'Nothing has arrived yet.'],
    [{ dead: 1 }, 'needs-you', '1 order waits for you.'],
    [{ dead: 3 }, 'needs-you', '3 orders wait for you.'],
    [{ workers: 0 }, 'stands-still', 'No process is at work: 0 orders wait.'],
    [{ stages: [{ ...idle, waiting: 41, oldestSeconds: 7_200 }] }, 'needs-you', 'The oldest has been waiting for 2 h.'],
  ]
  for (const [facts, tone, sentence] of said) t.same(headline({ ...well, ...facts }, NOW), { tone, sentence })
})

t.test('headline says which step stands still, since when, and how many wait behind it', async (t) => {
  const stages = [{ ...idle, waiting: 41, oldestSeconds: 7_200, paused }]
  const { tone, sentence } = headline({ ...well, dead: 3, stages }, NOW)
  t.equal(tone, 'stands-still')
  t.match(sentence, /^3 orders wait for you\. .+: provisioning stands still since 06:12, 41 orders wait\.$/)
})
