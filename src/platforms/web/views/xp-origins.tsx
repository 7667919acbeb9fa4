import { EmptyState } from './empty-state.js'
import type { OriginRow } from './own-view-models.js'
import type { Ui } from './ui.js'

const BAR_HEIGHT = 14
/** Percent of the bar between two parts, so that neighbours of one brightness stay apart. */
const GAP = 0.4

/** A row's bar, as long as the row is beside the largest; its parts are the platforms. */
function Bar({ row, longest }: { row: OriginRow; longest: number }) {
  const shown = row.parts.filter(({ xp }) => xp > 0)
  let from = 0
  return (
    <svg class="origin-bar" width="100%" height={BAR_HEIGHT} aria-hidden="true" focusable="false">
      <rect class="bar-track" width="100%" height={BAR_HEIGHT} />
      {shown.map(({ source, xp }) => {
        const width = (xp / longest) * 100
        const x = from
        from += width
        return (
          <rect
            class={`from-${source}`}
            x={`${x.toFixed(2)}%`}
            width={`${Math.max(0.6, width - GAP).toFixed(2)}%`}
            height={BAR_HEIGHT}
          />
        )
      })}
    </svg>
  )
}

/** Live fragment `origins`: XP by kind of act, each bar parted by platform, in words as well. */
export function XpOrigins({ ui, rows }: { ui: Ui; rows: readonly OriginRow[] }) {
  const { t } = ui
  const longest = Math.max(1, ...rows.map(({ xp }) => xp))
  const sources = (['telegram', 'discord', 'website', 'other'] as const).filter((source) =>
    rows.some(({ parts }) => parts.some((part) => part.source === source)),
  )
  return (
    <section
      id="live-origins"
      class="card origins-card"
      sse-swap="origins"
      hx-swap="outerHTML"
      aria-labelledby="origins-title"
    >
      <div class="card-head">
        <h2 id="origins-title">{t('profile:origins.title')}</h2>
        <p class="card-note">{t('profile:origins.note')}</p>
      </div>
      {rows.length === 0 ? (
        <EmptyState
          title={t('profile:origins.empty_title')}
          text={t('profile:origins.empty_text')}
          art="bars"
        />
      ) : (
        <>
          <ul class="origins">
            {rows.map((row) => (
              <li class="origin">
                <span class="origin-kind">{t(`profile:origins.kind.${row.kind}`)}</span>
                <span class="origin-xp">{t('profile:origins.row', { xp: ui.number(row.xp) })}</span>
                <Bar row={row} longest={longest} />
                <span class="visually-hidden">
                  {row.parts
                    .map(({ source, xp }) =>
                      t('profile:origins.part', {
                        source: t(`profile:origins.source.${source}`),
                        xp: ui.number(xp),
                      }),
                    )
                    .join('; ')}
                </span>
              </li>
            ))}
          </ul>
          <p class="chart-legend" aria-hidden="true">
            {sources.map((source) => (
              <span class={`key key-${source}`}>{t(`profile:origins.source.${source}`)}</span>
            ))}
          </p>
        </>
      )}
    </section>
  )
}
