import { visible } from '../observability/pretty-line.js'
import { displayWidth, pad } from './display-width.js'

export type Column = { title: string; align?: 'left' | 'right' }

/**
 * Lines of an aligned table in psql's manner. Control characters are made visible. What would not fit `columnsMax`
 * (null: no limit) is shown record by record, one field a line.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  columnsMax: number | null,
): string[] {
  const cells = rows.map((row) => row.map(visible))
  const titles = columns.map((column) => visible(column.title))
  const widths = titles.map((title, i) =>
    cells.reduce((widest, row) => Math.max(widest, displayWidth(row[i] ?? '')), displayWidth(title)),
  )
  const total = widths.reduce((sum, width) => sum + width + 3, -1)
  if (columnsMax !== null && total > columnsMax && cells.length > 0) return renderRecords(titles, cells)
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => pad(cell, widths[i] ?? 0, columns[i]?.align === 'right' ? 'left' : 'right'))
      .join(' | ')
      .trimEnd()
  return [
    ` ${line(titles)}`,
    `-${widths.map((width) => '-'.repeat(width)).join('-+-')}-`,
    ...cells.map((row) => ` ${line(row)}`),
  ]
}

function renderRecords(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widest = Math.max(...titles.map(displayWidth))
  return rows.flatMap((row, i) => [
    `-[ ${i + 1} ]${'-'.repeat(Math.max(0, widest - 2))}`,
    ...titles.map((title, column) => `${pad(title, widest)} | ${row[column] ?? ''}`),
  ])
}
