import { LiveBadge } from './figure.js'
import { Layout, type PageProps } from './layout.js'
import { Board, OwnPlace } from './live-board.js'
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

/** `/leaderboard`: podium and table by metric and period, paged by key. */
export function LeaderboardPage({ ui, frame, model }: PageProps & { model: LeaderboardModel }) {
  const { t } = ui
  const meta = {
    title: `${t('web:meta.leaderboard_title')} | ${t('web:brand')}`,
    description: t('web:meta.leaderboard_description'),
    index: model.firstPage,
  }
  const metricTabs = model.metrics.map((metric) => ({
    name: t(`web:board.metric.${metric}`),
    href: leaderboardHref({ metric, period: model.period }),
    current: metric === model.metric,
  }))
  const periodTabs = model.periods.map((period) => ({
    name: t(`web:board.period.${period}`),
    href: leaderboardHref({ metric: model.metric, period }),
    current: period === model.period,
  }))
  return (
    <Layout ui={ui} frame={frame} meta={meta} section="leaderboard">
      <div class="board-head">
        <h1 id="board-title">{t('web:board.title')}</h1>
        <p class="board-note">
          {typeof model.total === 'number' && <span>{ui.count('web:board.total', model.total)}</span>}
          {frame.liveUrl && <LiveBadge text={t('web:live.on')} />}
        </p>
      </div>
      <div class="board-tabs">
        <Tabs label={t('web:board.metric_label')} tabs={metricTabs} />
        <Tabs label={t('web:board.period_label')} tabs={periodTabs} />
      </div>
      <Board ui={ui} model={model} viewerId={frame.viewer?.accountId ?? null} />
      <OwnPlace ui={ui} model={model} />
      <Pages ui={ui} model={model} />
    </Layout>
  )
}
