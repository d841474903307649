import t from 'tap'
import { exportNotifications, readFormat } from '../../src/operations/export.ts'
import { readFilter } from '../../src/operations/filter.ts'
import type { Listed, ListPort, Place } from '../../src/operations/list.ts'

const AT = new Date('2026-11-25T08:30:00.250Z')
const FILTER = readFilter({}, AT)

function listed(n: number, more: Partial<Listed['notification']> = {}): Listed {
  const notification = {
    ...{ organizationId: '00D', notificationId: `04l${n}`, source: 'sweep', recordType: 'Order', recordId: undefined },
    ...{
      orderNumber: undefined,
      accountName: undefined,
      state: 'dead',
      step: 'callback',
      priority: 'normal',
      attempts: 2,
    },
    ...{ errorCode: 'X', errorMessage: undefined, whmcsOrderId: undefined, receivedAt: AT },
    ...{ nextAttemptAt: undefined, finalizedAt: undefined, ...more },
  }
  return { notification, microseconds: String(10_000 - n) }
}

/** As many as are asked for, of all of them. */
function ledgerOf(all: Listed[]): ListPort & { asked: (Place | undefined)[] } {
  const asked: (Place | undefined)[] = []
  return {
    asked,
    async list(_filter, { most, before }) {
      asked.push(before)
      const from =
        before === undefined ? 0 : all.findIndex((one) => one.notification.notificationId === before.notificationId) + 1
      return all.slice(from, from + most)
    },
  }
}

async function whole(all: Listed[], format: 'csv' | 'ndjson'): Promise<string> {
  let text = ''
  for await (const piece of exportNotifications(ledgerOf(all), { filter: FILTER, format })) text += piece
  return text
}

t.test('exportNotifications as CSV has a mark, a header, and lines that end as Excel wants them', async (t) => {
  const lines = (await whole([listed(1, { accountName: 'Größe' })], 'csv')).split('\r\n')
  t.equal(lines[0]?.charCodeAt(0), 0xfeff)
  t.match(lines[0], /^.organizationId,notificationId,source,recordType,recordId,orderNumber,accountName,state,/)
  t.equal(lines[1], '00D,04l1,sweep,Order,,,Größe,dead,callback,normal,2,X,,,2026-11-25T08:30:00.250Z,,')
  t.same(lines.slice(2), [''])
})

t.test('exportNotifications as CSV runs no formula, and keeps commas, quotes and line breaks', async (t) => {
  const cases: [string, string][] = [
    ['=1+1', "'=1+1"],
    ['+49 30', "'+49 30"],
    ['-5', "'-5"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['a,b', '"a,b"'],
    ['say "no"', '"say ""no"""'],
    ['two\nlines', '"two\nlines"'],
    [' blank ', '" blank "'],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['a=b', 'a=b'],
  ]
  for (const [text, expected] of cases) {
    t.ok((await whole([listed(1, { errorMessage: text })], 'csv')).includes(`,X,${expected},`), JSON.stringify(text))
  }
})

t.test('exportNotifications as NDJSON ends with how many there were', async (t) => {
  const lines = (await whole([listed(1), listed(2)], 'ndjson')).trimEnd().split('\n')
  t.match(JSON.parse(lines[0] ?? ''), {
    notificationId: '04l1',
    recordId: null,
    receivedAt: '2026-11-25T08:30:00.250Z',
  })
  t.same(JSON.parse(lines.at(-1) ?? ''), { end: true, rows: 2 })
  t.equal(lines.length, 3)
  t.equal(await whole([], 'ndjson'), '{"end":true,"rows":0}\n')
})

t.test('exportNotifications reads page by page, and each row once', async (t) => {
  const ledger = ledgerOf(Array.from({ length: 1_000 }, (_, i) => listed(i)))
  const seen: string[] = []
  for await (const piece of exportNotifications(ledger, { filter: FILTER, format: 'ndjson' })) {
    for (const line of piece.trimEnd().split('\n')) seen.push(JSON.parse(line).notificationId)
  }
  t.equal(new Set(seen).size, 1_001)
  t.equal(ledger.asked.length, 3)
})

t.test('readFormat knows csv and ndjson', async (t) => {
  t.same([readFormat('csv'), readFormat('ndjson')], ['csv', 'ndjson'])
  t.throws(() => readFormat('xls'), { name: 'Refusal', kind: 'invalid' })
})
