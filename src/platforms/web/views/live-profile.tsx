import { stencil } from '#jsx/jsx-runtime'
import { RankEmblem } from './emblem.js'
import { Figure, LiveBadge } from './figure.js'
import { rankName, roman } from './names.js'
import { rankProgress } from './progress.js'
import { ProgressBar } from './progress-bar.js'
import type { Ui } from './ui.js'
import type { ProfileStats, ProfileSummary } from './view-models.js'

function RankWay({ ui, summary }: { ui: Ui; summary: ProfileSummary }) {
  const { t } = ui
  const progress = rankProgress(summary)
  const label = t('web:profile.progress')
  const next = summary.nextRank
  if (progress.status === 'highest' || next === null) {
    const words = t('web:profile.highest')
    return (
      <div class="way">
        <ProgressBar id="rank-bar" percent={100} label={label} text={words} />
        <p class="way-words">{words}</p>
      </div>
    )
  }
  const words = t('web:profile.progress_value', {
    earned: ui.number(progress.earned),
    needed: ui.number(progress.needed),
    percent: progress.percent,
  })
  return (
    <div class="way">
      <ProgressBar id="rank-bar" percent={progress.percent} label={label} text={words} />
      <p class="way-words">
        <span data-live="way">{words}</span>
        <span class="way-next">
          {t('web:profile.to_next', {
            xp: ui.number(progress.missing),
            tier: next.tier,
            star: roman(next.star),
          })}
        </span>
      </p>
    </div>
  )
}

/** Live fragment `summary`: emblem, rank, the way to the next rank, XP, coins, place. */
export function ProfileSummaryCard({ ui, summary }: { ui: Ui; summary: ProfileSummary }) {
  const { t } = ui
  const xp = ui.number(summary.xp)
  const place =
    summary.place === null ? null : t('web:profile.place_value', { place: ui.number(summary.place) })
  return (
    <div id="live-summary" class={`summary tier-${summary.rank.tier}`} sse-swap="summary" hx-swap="outerHTML">
      <RankEmblem rank={summary.rank} size="large" />
      <p class="summary-rank">
        <span data-live="rank">{rankName(ui, summary.rank)}</span>
        <LiveBadge text={t('web:live.on')} />
      </p>
      <RankWay ui={ui} summary={summary} />
      <dl class="summary-figures">
        <div>
          <dt>{t('web:profile.xp')}</dt>
          <dd>
            <Figure text={xp} live="xp" announce={t('web:profile.announce', { xp })} />
          </dd>
        </div>
        <div>
          <dt>{t('web:profile.coins')}</dt>
          <dd>
            <Figure text={ui.number(summary.coins)} live="coins" />
          </dd>
        </div>
        <div>
          <dt>{t('web:profile.place')}</dt>
          <dd>
            {place ? (
              <Figure text={place} live="place" />
            ) : (
              <span class="nothing">{t('web:profile.place_none')}</span>
            )}
          </dd>
        </div>
      </dl>
      {summary.frozen && (
        <p class="summary-frozen">
          {t('profile:frozen', {
            coins: ui.count('common:coins', summary.frozen.coins),
            when: ui.moment(summary.frozen.until),
          })}
        </p>
      )}
    </div>
  )
}

type Statistic = { key: string; label: string; value: string; note?: string; empty: boolean }

function statistics(ui: Ui, stats: ProfileStats): Statistic[] {
  const { t } = ui
  const played = stats.gamesPlayed
  const percent = played === 0 ? 0 : Math.round((Math.min(stats.gamesWon, played) / played) * 100)
  return [
    {
      key: 'played',
      label: t('web:profile.games_played'),
      value: ui.number(played),
      note: played === 0 ? t('web:profile.no_games') : undefined,
      empty: played === 0,
    },
    {
      key: 'won',
      label: t('web:profile.games_won'),
      value: ui.number(stats.gamesWon),
      note: played === 0 ? undefined : t('web:profile.win_rate', { percent }),
      empty: stats.gamesWon === 0,
    },
    {
      key: 'messages',
      label: t('web:profile.messages'),
      value: ui.number(stats.messagesSent),
      note: stats.messagesSent === 0 ? t('web:profile.no_messages') : undefined,
      empty: stats.messagesSent === 0,
    },
    {
      key: 'voice',
      label: t('web:profile.voice'),
      value: ui.duration(stats.voiceSeconds),
      note: stats.voiceSeconds === 0 ? t('web:profile.no_voice') : undefined,
      empty: stats.voiceSeconds === 0,
    },
    {
      key: 'streak',
      label: t('web:profile.streak'),
      value: ui.count('web:profile.streak_days', stats.streakDays),
      note: t(stats.streakDays === 0 ? 'web:profile.no_streak' : 'web:profile.streak_hint'),
      empty: stats.streakDays === 0,
    },
  ]
}

const STAT = ['kind', 'label', 'figure', 'note'] as const
const plainStat = stencil(STAT, (hole) => <Stat {...hole} note={null} />)
const notedStat = stencil(STAT, (hole) => <Stat {...hole} />)

function Stat(props: { kind: string; label: string; figure: string; note: string | null }) {
  return (
    <div class={props.kind}>
      <dt>{props.label}</dt>
      <dd>
        {props.figure}
        {props.note && <span class="stat-note">{props.note}</span>}
      </dd>
    </div>
  )
}

/** Live fragment `stats`: games, messages, voice, streak. */
export function ProfileStatistics({ ui, stats }: { ui: Ui; stats: ProfileStats }) {
  return (
    <section
      id="live-stats"
      class="card stats-card"
      sse-swap="stats"
      hx-swap="outerHTML"
      aria-labelledby="stats-title"
    >
      <h2 id="stats-title">{ui.t('web:profile.stats')}</h2>
      <dl class="stats">
        {statistics(ui, stats).map(({ key, label, value, note, empty }) =>
          (note ? notedStat : plainStat)({
            kind: empty ? 'stat is-empty' : 'stat',
            label,
            figure: <Figure text={value} live={`stat-${key}`} />,
            note: note ?? '',
          }),
        )}
      </dl>
    </section>
  )
}
