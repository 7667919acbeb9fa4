import { QUERY_LETTERS_MAX, QUERY_LETTERS_MIN } from '../../../core/boards/find-members.js'
import { SearchResults } from './board-search.js'
import { LiveBadge } from './figure.js'
import { Layout, type PageProps } from './layout.js'
import { Board, CountedAt } from './live-board.js'
import { OwnPlaceCard } from './own-place.js'
import type { Ui } from './ui.js'
import { leaderboardHref } from './urls.js'
import type { LeaderboardModel } from './view-models.js'

type Tab = { name: string; href: string; current: boolean }

function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  if (tabs.length < 2) return null
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ name, href, current }) => (
        <a class="tab" href={href} aria-current={current ? 'page' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  )
}

function Pages({ ui, model }: { ui: Ui; model: LeaderboardModel }) {
  const { metric, period, nextCursor } = model
  if (model.firstPage && nextCursor === null) return null
  return (
    <nav class="pages" aria-label={ui.t('web:board.pages')}>
      {!model.firstPage && (
        <a class="button button-quiet" href={leaderboardHref({ metric, period })}>
          {ui.t('web:board.first')}
        </a>
      )}
      {nextCursor !== null && (
        <a
          class="button button-quiet"
          rel="next"
          href={leaderboardHref({ metric, period, after: nextCursor })}
        >
          {ui.t('web:board.next')}
        </a>
      )}
    </nav>
  )
}

/** A plain GET form: it works without JavaScript, and what it finds has an address. */
function SearchForm({ ui, model, typed }: { ui: Ui; model: LeaderboardModel; typed: string }) {
  const { t } = ui
  return (
    <search class="board-search">
      <form method="get" action="/leaderboard">
        {model.metric !== 'xp' && <input type="hidden" name="metric" value={model.metric} />}
        {model.period !== 'all' && <input type="hidden" name="period" value={model.period} />}
        <div class="field">
          <label for="board-q">{t('web:board.search.label')}</label>
          <input
            id="board-q"
            name="q"
            type="search"
            value={typed}
            minlength={QUERY_LETTERS_MIN}
            maxlength={QUERY_LETTERS_MAX}
            required
            autocomplete="off"
            enterkeyhint="search"
          />
        </div>
        <button class="button button-ink" type="submit">
          {t('web:board.search.submit')}
        </button>
      </form>
    </search>
  )
}

function tabsOf(ui: Ui, model: LeaderboardModel, name: string | null) {
  const { metric, period } = model
  const metrics = model.metrics.map((one) => ({
    name: ui.t(`web:board.metric.${one}`),
    href: leaderboardHref({ metric: one, period, name }),
    current: one === metric,
  }))
  const periods = model.periods.map((one) => ({
    name: ui.t(`web:board.period.${one}`),
    href: leaderboardHref({ metric, period: one, name }),
    current: one === period,
  }))
  return { metrics, periods }
}

/** `/leaderboard`: podium and table by metric and period, paged by key; the search by name and what it found. */
export function LeaderboardPage(props: PageProps & { model: LeaderboardModel; typed?: string }) {
  const { ui, frame, model, typed = '' } = props
  const { t } = ui
  const meta = {
    title: `${t('web:meta.leaderboard_title')} | ${t('web:brand')}`,
    description: t('web:meta.leaderboard_description'),
    index: model.firstPage && !model.search,
  }
  const { metrics, periods } = tabsOf(ui, model, model.search ? typed : null)
  return (
    <Layout ui={ui} frame={frame} meta={meta} section="leaderboard">
      <div class="board-head">
        <h1 id="board-title">{t('web:board.title')}</h1>
        <p class="board-note">
          {typeof model.total === 'number' && <span>{ui.count('web:board.total', model.total)}</span>}
          {frame.liveUrl && <LiveBadge text={t('web:live.on')} />}
        </p>
      </div>
      <SearchForm ui={ui} model={model} typed={typed} />
      <div class="board-tabs">
        <Tabs label={t('web:board.metric_label')} tabs={metrics} />
        <Tabs label={t('web:board.period_label')} tabs={periods} />
      </div>
      <OwnPlaceCard ui={ui} model={model} />
      {model.search ? (
        <SearchResults
          ui={ui}
          model={model}
          search={model.search}
          viewerId={frame.viewer?.accountId ?? null}
        />
      ) : (
        <>
          <Board ui={ui} model={model} viewerId={frame.viewer?.accountId ?? null} />
          <CountedAt ui={ui} model={model} />
          <Pages ui={ui} model={model} />
        </>
      )}
    </Layout>
  )
}
