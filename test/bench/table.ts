/** Figures of many rounds become tables: the median of each, the lowest and the highest, and the ratio to ours. */

export interface Spread {
  median: number
  low: number
  high: number
}

export interface Row {
  name: string
  cells: Record<string, Spread | string>
}

export interface Table {
  title: string
  rows: Row[]
  notes: string[]
}

export interface Samples {
  /** The figures of one measurement, by column. */
  add(name: string, figures: Record<string, number>): void
  /** `ratio`: the column in which the others are compared with `ours`. */
  table(options: { title: string; ratio?: { column: string; ours: string }; notes?: string[] }): Table
}

export function createSamples(): Samples {
  const samples = new Map<string, Map<string, number[]>>()
  return {
    add(name, figures) {
      const columns = samples.get(name) ?? new Map<string, number[]>()
      samples.set(name, columns)
      for (const [column, figure] of Object.entries(figures)) {
        columns.set(column, [...(columns.get(column) ?? []), figure])
      }
    },
    table({ title, ratio, notes = [] }) {
      const rows = [...samples].map(([name, columns]): Row => {
        const cells = Object.fromEntries([...columns].map(([column, all]) => [column, spread(all)]))
        return { name, cells }
      })
      return { title, rows: ratio ? compared(rows, ratio) : rows, notes }
    },
  }
}

export function spread(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b)
  const [low = Number.NaN, high = Number.NaN] = [sorted[0], sorted.at(-1)]
  // Of an even number: between the two in the middle.
  const [left = Number.NaN, right = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return { median: (left + right) / 2, low, high }
}

/** Of sorted samples: the one below which that share of them lies. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function compared(rows: Row[], { column, ours }: { column: string; ours: string }): Row[] {
  const base = medianOf(
    rows.find(({ name }) => name === ours),
    column,
  )
  return rows.map((row) => {
    const times = medianOf(row, column) / base
    // A round too short for a single answer has no figure to compare.
    return {
      name: row.name,
      cells: { ...row.cells, 'to ours': Number.isFinite(times) ? `${times.toFixed(2)} x` : '-' },
    }
  })
}

/** How many times what one column says the other says. */
export function withTimes(table: Table, base: string, other: string): Table {
  const rows = table.rows.map((row) => {
    const times = medianOf(row, other) / medianOf(row, base)
    return { name: row.name, cells: { ...row.cells, times: Number.isFinite(times) ? `${times.toFixed(2)} x` : '-' } }
  })
  return { ...table, rows }
}

function medianOf(row: Row | undefined, column: string): number {
  const cell = row?.cells[column]
  return typeof cell === 'object' ? cell.median : Number.NaN
}

/** As Markdown, which reads well in a terminal too. */
export function print({ title, rows, notes }: Table): string {
  const columns = [...new Set(rows.flatMap(({ cells }) => Object.keys(cells)))]
  const lines = [['', ...columns], ...rows.map(({ name, cells }) => [name, ...columns.map((c) => show(cells[c]))])]
  const widths = ['', ...columns].map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)))
  const texts = lines.map((line) => {
    const cells = line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
    return `| ${cells.join(' | ')} |`
  })
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  const [head = '', ...body] = texts
  return [`### ${title}`, '', head, rule, ...body, '', ...notes.map((note) => `- ${note}`), ''].join('\n')
}

function show(cell: Spread | string | undefined): string {
  if (cell === undefined) return '-'
  if (typeof cell === 'string') return cell
  const { median, low, high } = cell
  return low === high ? number(median) : `${number(median)} (${number(low)}..${number(high)})`
}

function number(figure: number): string {
  if (!Number.isFinite(figure)) return '-'
  const digits = figure !== 0 && Math.abs(figure) < 10 ? 2 : Math.abs(figure) < 100 ? 1 : 0
  return figure.toLocaleString('en-US', { minimumFractionDigits: 0, maximumFractionDigits: digits })
}
