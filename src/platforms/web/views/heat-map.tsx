import {
  HEAT_CELL,
  HEAT_STEP,
  HEAT_TOP,
  type HeatGeometry,
  type HeatHalf,
  heatGeometry,
} from './heat-geometry.js'
import type { Ui } from './ui.js'
import type { XpDay } from './view-models.js'

const CELL_PATH = `h${HEAT_CELL}v${HEAT_CELL}h-${HEAT_CELL}z`
const HEIGHT = HEAT_TOP + 7 * HEAT_STEP
/** Monday, Wednesday, Friday: a word for every row would be a wall of words. */
const NAMED_ROWS = [0, 2, 4]
const MONDAY = '2026-01-05'
const DAY_MS = 86_400_000

function weekday(ui: Ui, row: number, width: 'short' | 'long'): string {
  const format = new Intl.DateTimeFormat(ui.locale, { timeZone: 'UTC', weekday: width })
  return format.format(new Date(Date.parse(`${MONDAY}T00:00:00Z`) + row * DAY_MS))
}

/** The word of a cell. A look-up a cell would take longer than the rest of the page. */
function pointWords(ui: Ui): (entry: XpDay) => string {
  const [day, xp] = ['<day>', '<xp>']
  const pattern = ui.t('profile:heat.point', { day, xp })
  return (entry) => pattern.replace(day, ui.day(entry.day)).replace(xp, ui.number(entry.xp))
}

function Half({ ui, half, today, name }: { ui: Ui; half: HeatHalf; today: string; name: string }) {
  const month = new Intl.DateTimeFormat(ui.locale, { timeZone: 'UTC', month: 'short' })
  const words = pointWords(ui)
  return (
    <svg class="heat" viewBox={`0 0 ${half.width} ${HEIGHT}`} role="img" aria-label={name}>
      {half.months.map(({ day, x }) => (
        <text class="heat-word" x={x} y={HEAT_TOP - 8}>
          {month.format(new Date(`${day}T00:00:00Z`))}
        </text>
      ))}
      {NAMED_ROWS.map((row) => (
        <text class="heat-word" x="0" y={HEAT_TOP + row * HEAT_STEP + HEAT_CELL - 2}>
          {weekday(ui, row, 'short')}
        </text>
      ))}
      {half.cells.map(({ day, xp, x, y, level }) => (
        <path class={day === today ? `h${level} is-today` : `h${level}`} d={`M${x} ${y}${CELL_PATH}`}>
          <title>
            {day === today ? ui.t('profile:heat.today', { day: ui.day(day) }) : words({ day, xp })}
          </title>
        </path>
      ))}
    </svg>
  )
}

/** The same as numbers: a row a week, a column a weekday. */
function HeatTable({ ui, days, today }: { ui: Ui; days: readonly XpDay[]; today: string }) {
  const weeks = Array.from({ length: Math.ceil(days.length / 7) }, (_, week) =>
    days.slice(week * 7, week * 7 + 7),
  )
  return (
    <details class="heat-table">
      <summary id="heat-table">{ui.t('profile:heat.table')}</summary>
      <section class="heat-scroll" aria-labelledby="heat-table" tabindex={0}>
        <table>
          <caption class="visually-hidden">{ui.t('profile:heat.caption')}</caption>
          <thead>
            <tr>
              <th scope="col">{ui.t('profile:heat.week')}</th>
              {Array.from({ length: 7 }, (_, row) => (
                <th scope="col">
                  <abbr title={weekday(ui, row, 'long')}>{weekday(ui, row, 'short')}</abbr>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weeks.reverse().map((week) => (
              <tr>
                <th scope="row">{ui.day(week[0]?.day ?? today)}</th>
                {week.map(({ day, xp }) => (
                  <td>
                    {day === today ? (
                      <abbr title={ui.t('profile:heat.today_note')}>*</abbr>
                    ) : xp === 0 ? (
                      ''
                    ) : (
                      ui.number(xp)
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}

function summaryOf(ui: Ui, { halves, activeDays, best }: HeatGeometry): string {
  const span = { from: ui.day(halves[0].from, 'long'), to: ui.day(halves[1].to, 'long') }
  if (best === null) return ui.t('profile:heat.summary_empty', span)
  return ui.t('profile:heat.summary', {
    ...span,
    days: ui.number(activeDays),
    day: ui.day(best.day, 'long'),
    best: ui.number(best.xp),
  })
}

/**
 * Live fragment `heat`: a year of days as a picture in two halves. Today's number stands in the chart; here it counts by
 * its level alone, else the whole picture would be sent anew with each message.
 */
export function HeatPicture({ ui, days }: { ui: Ui; days: readonly XpDay[] }) {
  const { t } = ui
  const today = days.at(-1)?.day ?? ''
  const heat = heatGeometry(days)
  const before = heatGeometry([...days.slice(0, -1), { day: today, xp: 0 }])
  return (
    <div id="live-heat" sse-swap="heat" hx-swap="outerHTML">
      <div class="card-head">
        <h2 id="heat-title">{t('profile:heat.title')}</h2>
        <p class="card-note">{ui.count('profile:heat.note', heat.activeDays)}</p>
      </div>
      <p class="visually-hidden">{summaryOf(ui, before)}</p>
      <div class="heat-halves">
        {heat.halves.map((half) => (
          <Half
            ui={ui}
            half={half}
            today={today}
            name={t('profile:heat.half', { from: ui.day(half.from, 'long'), to: ui.day(half.to, 'long') })}
          />
        ))}
      </div>
      <p class="heat-legend">
        {t('profile:heat.less')}
        <svg class="heat-scale" viewBox="0 0 68 12" width="68" height="12" aria-hidden="true">
          {[0, 1, 2, 3, 4].map((level) => (
            <path class={`h${level}`} d={`M${level * HEAT_STEP} 0${CELL_PATH}`} />
          ))}
        </svg>
        {t('profile:heat.more')}
      </p>
    </div>
  )
}

/** The year of days: the living picture, and a table that stands still, since of today it holds nothing. */
export function HeatMap({ ui, days }: { ui: Ui; days: readonly XpDay[] }) {
  return (
    <section class="card heat-card" aria-labelledby="heat-title">
      <HeatPicture ui={ui} days={days} />
      <HeatTable ui={ui} days={days} today={days.at(-1)?.day ?? ''} />
    </section>
  )
}
