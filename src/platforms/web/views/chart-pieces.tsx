import { type Child, type JSX, stencil } from '#jsx/jsx-runtime'
import { CHART_HEIGHT, type ChartGeometry } from './chart-geometry.js'
import type { Ui } from './ui.js'
import type { XpDay } from './view-models.js'

/** What differs between one member's bar and another's on the same day. */
type BarValues = { kind: string; xp: string; y: string; height: string }

/** The parts of a chart that are the same for every member, ready to be filled in. */
export type ChartPieces = {
  days: readonly string[]
  bars: readonly ((values: BarValues) => JSX.Element)[]
  rows: readonly ((values: { xp: string }) => JSX.Element)[]
  labels: Child
}

const kept = new WeakMap<Ui, ChartPieces>()

/** The pieces of a chart of these days: made once a day and language. */
export function chartPieces(ui: Ui, days: readonly XpDay[], chart: ChartGeometry): ChartPieces {
  const known = kept.get(ui)
  if (known && known.days.length === days.length && days.every(({ day }, n) => known.days[n] === day))
    return known
  const pieces = newPieces(ui, chart)
  kept.set(ui, pieces)
  return pieces
}

function newPieces(ui: Ui, { bars, labels }: ChartGeometry): ChartPieces {
  return {
    days: bars.map(({ day }) => day),
    bars: bars.map(({ day, x, width }) =>
      stencil(['kind', 'xp', 'y', 'height'], ({ kind, xp, y, height }) => (
        <g class={kind}>
          <title>{ui.t('web:chart.point', { day: ui.day(day, 'long'), xp })}</title>
          <rect class="chart-hit" x={`${x}%`} width={`${width}%`} y="0" height={CHART_HEIGHT} />
          <rect class="chart-bar" x={`${x}%`} width={`${width}%`} y={y} height={height} />
        </g>
      )),
    ),
    rows: bars.map(({ day }) =>
      stencil(['xp'], ({ xp }) => (
        <tr>
          <th scope="row">{ui.day(day)}</th>
          <td>{xp}</td>
        </tr>
      )),
    ),
    labels: labels.map(({ day, x, wide }) => (
      <text class={wide ? 'chart-label is-wide' : 'chart-label'} x={`${x}%`} y={CHART_HEIGHT + 18}>
        {ui.day(day)}
      </text>
    )),
  }
}
