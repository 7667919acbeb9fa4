import { RankEmblem } from './emblem.js'
import { EmptyState } from './empty-state.js'
import { Figure, LiveBadge } from './figure.js'
import { MemberLink } from './member-link.js'
import { rankName } from './names.js'
import type { Ui } from './ui.js'
import type { TopModel } from './view-models.js'

/** Live fragment `top`: the best players by XP. */
export function TopList({ ui, top }: { ui: Ui; top: TopModel }) {
  const { t } = ui
  return (
    <section
      id="live-top"
      class="card top-card"
      sse-swap="top"
      hx-swap="outerHTML"
      aria-labelledby="top-title"
    >
      <div class="card-head">
        <h2 id="top-title">{t('web:top.title')}</h2>
        <LiveBadge text={t('web:live.on')} />
      </div>
      {top.rows.length === 0 ? (
        <EmptyState title={t('web:top.empty_title')} text={t('web:top.empty_text')} art="podium" />
      ) : (
        <ol class="top-list">
          {top.rows.map((row) => (
            <li class={`top-row place-${Math.min(row.place, 4)}`}>
              <span class="top-place">{ui.number(row.place)}</span>
              <RankEmblem rank={row.rank} size="small" />
              <span class="top-who">
                <MemberLink ui={ui} member={row} id={`top-${row.accountId}`} />
                <span class="top-rank">{rankName(ui, row.rank)}</span>
              </span>
              <span class="top-xp">
                <Figure text={ui.number(row.xp)} live={`top-${row.accountId}`} /> {t('web:unit.xp')}
              </span>
            </li>
          ))}
        </ol>
      )}
      <p class="card-foot">
        <a id="top-all" class="more" href="/leaderboard">
          {t('web:top.all')}
        </a>
      </p>
    </section>
  )
}
