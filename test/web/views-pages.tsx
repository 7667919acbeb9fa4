import type { Locale } from '../../src/i18n/translate.js'
import { ErrorPage } from '../../src/platforms/web/views/error-page.js'
import { HomePage } from '../../src/platforms/web/views/home.js'
import { LeaderboardPage } from '../../src/platforms/web/views/leaderboard.js'
import { ProfilePage } from '../../src/platforms/web/views/profile.js'
import { createUi } from '../../src/platforms/web/views/ui.js'
import type { ErrorModel, PageFrame } from '../../src/platforms/web/views/view-models.js'
import { boardRows, frame, giant, home, leaderboard, newcomer, pageText, profile } from './views-fixtures.js'

export const ZONE = 'Europe/Moscow'

const ERRORS: readonly ErrorModel[] = [
  { kind: 'member_not_found' },
  { kind: 'page_not_found' },
  { kind: 'forbidden' },
  { kind: 'too_many_requests', retryAfterSeconds: 42 },
  { kind: 'internal', reference: '0198-7f3a' },
  { kind: 'unavailable' },
]

/** Every page of the site in the states that matter, by a path under which a test server shows it. */
export function samplePages(locale: Locale, change: Partial<PageFrame> = {}): Map<string, string> {
  const ui = createUi(locale, ZONE)
  const pages = new Map<string, string>()
  const at = (path: string, more: Partial<PageFrame> = {}) => frame({ path, ...more, ...change })
  const live = (path: string) => at(path, { liveUrl: `${path === '/' ? '' : path}/live` })
  pages.set('/', pageText(<HomePage ui={ui} frame={live('/')} model={home()} />))
  const empty = home({
    links: { telegramUrl: null, discordUrl: null, websiteUrl: null },
    pulse: { xpToday: 0, activeToday: 0, members: 0 },
    top: { rows: [] },
  })
  pages.set('/empty', pageText(<HomePage ui={ui} frame={at('/', { sandbox: true })} model={empty} />))
  pages.set('/u/5', pageText(<ProfilePage ui={ui} frame={live('/u/5')} model={profile()} />))
  pages.set(
    '/u/6',
    pageText(<ProfilePage ui={ui} frame={at('/u/6', { sandbox: true })} model={newcomer()} />),
  )
  pages.set('/u/7', pageText(<ProfilePage ui={ui} frame={at('/u/7')} model={giant()} />))
  const viewer = { accountId: 8 }
  const board = at('/leaderboard', { viewer, liveUrl: '/leaderboard/live', sheets: ['leaderboard'] })
  pages.set('/leaderboard', pageText(<LeaderboardPage ui={ui} frame={board} model={leaderboard()} />))
  const second = leaderboard({
    metric: 'voice',
    period: 'month',
    rows: boardRows(10, 26),
    firstPage: false,
    countedAt: new Date('2026-03-02T09:05:00Z'),
  })
  pages.set('/leaderboard/2', pageText(<LeaderboardPage ui={ui} frame={board} model={second} />))
  const nobody = leaderboard({
    rows: [],
    nextCursor: null,
    own: { status: 'nothing' },
    total: 0,
    metrics: ['xp'],
    periods: ['all'],
  })
  const found = leaderboard({
    metric: 'games',
    rows: [],
    nextCursor: null,
    search: { status: 'found', name: 'Лисёнок', rows: boardRows(7, 90), more: true },
  })
  const search = at('/leaderboard', { viewer, sheets: ['leaderboard'] })
  pages.set(
    '/leaderboard/found',
    pageText(<LeaderboardPage ui={ui} frame={search} model={found} typed="Лисёнок" />),
  )
  const quiet = at('/leaderboard', { signInHref: '/login', sheets: ['leaderboard'] })
  pages.set('/leaderboard/0', pageText(<LeaderboardPage ui={ui} frame={quiet} model={nobody} />))
  for (const model of ERRORS) {
    pages.set(`/error/${model.kind}`, pageText(<ErrorPage ui={ui} frame={at('/')} model={model} />))
  }
  return pages
}
