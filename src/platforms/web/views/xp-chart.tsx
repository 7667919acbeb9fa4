import { CHART_HEIGHT, type ChartGeometry, chartGeometry } from './chart-geometry.js'
import { tenths } from './chart-line.js'
import { type ChartPieces, chartPieces } from './chart-pieces.js'
import { EmptyState } from './empty-state.js'
import type { Ui } from './ui.js'
import type { XpDay } from './view-models.js'

function ChartDrawing({
  ui,
  days,
  chart,
  pieces,
  best,
}: {
  ui: Ui
  days: readonly XpDay[]
  chart: ChartGeometry
  pieces: ChartPieces
  best: XpDay
}) {
  const summary = ui.t('web:chart.summary', {
    days: ui.number(days.length),
    total: ui.number(chart.total),
    day: ui.day(best.day, 'long'),
    best: ui.number(best.xp),
  })
  return (
    <svg
      class="chart"
      width="100%"
      height={CHART_HEIGHT + 24}
      role="img"
      aria-labelledby="chart-name chart-desc"
    >
      <title id="chart-name">{ui.t('web:chart.title')}</title>
      <desc id="chart-desc">{summary}</desc>
      {chart.ticks.map(({ y }) => (
        <line class="chart-grid" x1="0" x2="100%" y1={y} y2={y} />
      ))}
      {chart.bars.map(({ day, xp, y, height }, n) =>
        pieces.bars[n]?.({
          kind: day === best.day ? 'chart-day is-best' : 'chart-day',
          xp: ui.number(xp),
          y: tenths(y),
          height: tenths(height),
        }),
      )}
      {chart.average && (
        <svg
          class="chart-lines"
          aria-hidden="true"
          viewBox={`0 0 100 ${CHART_HEIGHT}`}
          width="100%"
          height={CHART_HEIGHT}
          preserveAspectRatio="none"
        >
          <path class="chart-average" d={chart.average} vector-effect="non-scaling-stroke" />
        </svg>
      )}
      {chart.ticks.slice(1).map(({ value, y }) => (
        <text class="chart-tick" x="0" y={y - 4}>
          {ui.number(value)}
        </text>
      ))}
      {pieces.labels}
    </svg>
  )
}

function ChartTable({ ui, days, pieces }: { ui: Ui; days: readonly XpDay[]; pieces: ChartPieces }) {
  return (
    <div class="visually-hidden">
      <table>
        <caption>{ui.t('web:chart.table')}</caption>
        <thead>
          <tr>
            <th scope="col">{ui.t('web:chart.day')}</th>
            <th scope="col">{ui.t('web:unit.xp')}</th>
          </tr>
        </thead>
        <tbody>{days.map(({ xp }, n) => pieces.rows[n]?.({ xp: ui.number(xp) }))}</tbody>
      </table>
    </div>
  )
}

/** Live fragment `chart`: XP per community day as a picture, a sentence and a table. */
export function ProfileChart({ ui, days }: { ui: Ui; days: readonly XpDay[] }) {
  const chart = chartGeometry(days)
  const best = chart.best
  const pieces = chartPieces(ui, days, chart)
  return (
    <section
      id="live-chart"
      class="card chart-card"
      sse-swap="chart"
      hx-swap="outerHTML"
      aria-labelledby="chart-title"
    >
      <div class="card-head">
        <h2 id="chart-title">{ui.t('web:chart.title')}</h2>
        {best && (
          <p class="card-note" data-live="chart-total">
            {ui.t('web:chart.total', { xp: ui.number(chart.total) })}
          </p>
        )}
      </div>
      {best ? (
        <>
          <ChartDrawing ui={ui} days={days} chart={chart} pieces={pieces} best={best} />
          <p class="chart-legend">
            <span class="key key-bar">{ui.t('web:chart.bars')}</span>
            <span class="key key-average">{ui.t('web:chart.average')}</span>
            <span class="key key-best">
              {ui.t('web:chart.best', { day: ui.day(best.day, 'long'), xp: ui.number(best.xp) })}
            </span>
          </p>
          <ChartTable ui={ui} days={days} pieces={pieces} />
        </>
      ) : (
        <EmptyState title={ui.t('web:chart.empty_title')} text={ui.t('web:chart.empty_text')} art="bars" />
      )}
    </section>
  )
}
