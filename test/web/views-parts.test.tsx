import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CHART_HEIGHT, chartGeometry, movingAverage } from '../../src/platforms/web/views/chart-geometry.js'
import { ERROR_STATUS, ErrorPage } from '../../src/platforms/web/views/error-page.js'
import { JoinSteps } from '../../src/platforms/web/views/join-steps.js'
import { LeaderboardPage } from '../../src/platforms/web/views/leaderboard.js'
import { ProfileSummaryCard } from '../../src/platforms/web/views/live-profile.js'
import { rankProgress } from '../../src/platforms/web/views/progress.js'
import { createUi } from '../../src/platforms/web/views/ui.js'
import type { BoardRow } from '../../src/platforms/web/views/view-models.js'
import { ProfileChart } from '../../src/platforms/web/views/xp-chart.js'
import { boardRows, frame, leaderboard, pageText, profile, rank, xpDays } from './views-fixtures.js'
import { ZONE } from './views-pages.js'

const ui = createUi('en', ZONE)
const MOST = Number.MAX_SAFE_INTEGER

describe('the way to the next rank', () => {
  const way = (xp: number, id: number) =>
    rankProgress({ xp, rank: rank(id), nextRank: id === 20 ? null : rank(id + 1) })

  it('begins at 0 and never says 100 before the rank is reached', () => {
    expect(way(500, 2)).toEqual({ status: 'climbing', percent: 0, earned: 0, needed: 750, missing: 750 })
    expect(way(1249, 2)).toMatchObject({ percent: 99, missing: 1 })
    expect(way(17_420, 11)).toMatchObject({ percent: 39, earned: 1170, needed: 3000, missing: 1830 })
  })

  it('ends at rank 20, however much XP there is', () => {
    for (const xp of [52_250, MOST]) expect(way(xp, 20)).toEqual({ status: 'highest' })
  })

  it('stays between the ends when an operator moved the thresholds', () => {
    expect(way(100, 11)).toMatchObject({ percent: 0, earned: 0, missing: 19_150 })
    expect(way(MOST, 11)).toMatchObject({ percent: 99, missing: 0 })
    const same = { ...rank(3), needsXp: 500 }
    expect(rankProgress({ xp: 500, rank: rank(2), nextRank: same })).toMatchObject({ percent: 0, needed: 1 })
  })

  it('is told to screen readers and drawn by an attribute', () => {
    const html = String(<ProfileSummaryCard ui={ui} summary={profile().summary} />)
    expect(html).toContain('aria-valuenow="39"')
    expect(html).toContain('aria-valuetext="1,170 of 3,000 XP, 39%"')
    expect(html).toContain('width="39%"')
    expect(html).toContain('1,830 XP more to rank C III')
  })

  it('is full and names no further rank at the top', () => {
    const summary = { xp: MOST, coins: 0, place: 1, rank: rank(20), nextRank: null }
    const html = String(<ProfileSummaryCard ui={ui} summary={summary} />)
    expect(html).toContain('width="100%"')
    expect(html).toContain('9,007,199,254,740,991')
    expect(html).not.toContain('more to rank')
  })
})

describe('the XP chart', () => {
  const days = fc.array(fc.integer({ min: 0, max: MOST }), { maxLength: 40 }).map((values) =>
    values.map((xp, index) => ({
      day: new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10),
      xp,
    })),
  )

  it('stays inside its box for any days', () => {
    fc.assert(
      fc.property(days, (entries) => {
        const { bars, ticks, average } = chartGeometry(entries)
        expect(bars).toHaveLength(entries.length)
        for (const bar of bars) {
          expect(bar.x).toBeGreaterThanOrEqual(0)
          expect(bar.x + bar.width).toBeLessThanOrEqual(100.02)
          expect(bar.y).toBeGreaterThanOrEqual(0)
          expect(bar.y + bar.height).toBeCloseTo(CHART_HEIGHT, 1)
          expect(bar.height > 0).toBe(bar.xp > 0)
        }
        for (const tick of ticks) expect(Number.isInteger(tick.value)).toBe(true)
        expect(average ?? '').not.toMatch(/NaN|Infinity|e/)
      }),
    )
  })

  it('draws a higher bar for more XP', () => {
    const { bars } = chartGeometry([
      { day: '2026-01-01', xp: 10 },
      { day: '2026-01-02', xp: 20 },
    ])
    expect(bars[1]?.height).toBeGreaterThan(bars[0]?.height ?? 0)
  })

  it('averages up to seven days', () => {
    const entries = [7, 7, 7, 7, 7, 7, 7, 14].map((xp, index) => ({ day: `2026-01-0${index + 1}`, xp }))
    expect(movingAverage(entries)).toEqual([7, 7, 7, 7, 7, 7, 7, 8])
  })

  it('says in words and in a table what it shows', () => {
    const html = String(<ProfileChart ui={ui} days={xpDays()} />)
    expect(html).toMatch(/<svg[^>]*role="img"[^>]*aria-labelledby="chart-name chart-desc"/)
    expect(html).toContain('30 days: 8,229 XP. Best day: January 30, 750 XP.')
    expect(html.match(/<tr>/g)).toHaveLength(31)
    expect(html.match(/class="chart-bar"/g)).toHaveLength(30)
  })

  it('works with a single day', () => {
    const html = String(<ProfileChart ui={ui} days={[{ day: '2026-02-08', xp: 10 }]} />)
    expect(html).toContain('February 8')
    expect(html).not.toContain('chart-average"')
  })

  it.each([[[]], [[{ day: '2026-02-08', xp: 0 }]]])('says that it waits when there is no XP', (entries) => {
    const html = String(<ProfileChart ui={ui} days={entries} />)
    expect(html).toContain('The chart waits for its first day')
    expect(html).not.toContain('<table')
  })
})

describe('ways into the community', () => {
  it('are offered only where the operator opened them', () => {
    const links = { telegramUrl: 'https://t.me/ttfd_bot', discordUrl: null, websiteUrl: null }
    const html = String(<JoinSteps ui={ui} links={links} />)
    expect(html).toContain('href="https://t.me/ttfd_bot"')
    expect(html.match(/<a /g)).toHaveLength(1)
  })

  it('ask for patience when there is none', () => {
    const html = String(
      <JoinSteps ui={ui} links={{ telegramUrl: null, discordUrl: null, websiteUrl: null }} />,
    )
    expect(html).not.toContain('<a ')
    expect(html).toContain('still being connected')
  })
})

describe('the leaderboard', () => {
  const page = (change: Parameters<typeof leaderboard>[0], viewerId: number | null = null) => {
    const viewer = viewerId === null ? null : { accountId: viewerId }
    return pageText(<LeaderboardPage ui={ui} frame={frame({ viewer })} model={leaderboard(change)} />)
  }

  it('puts the three best of the first page on the podium and the rest into the table', () => {
    const html = page({ rows: boardRows(5) })
    expect(html.match(/class="podium-step/g)).toHaveLength(3)
    expect(html.match(/<th scope="row"/g)).toHaveLength(2)
    expect(page({ rows: boardRows(5, 26), firstPage: false })).not.toContain('podium-step')
  })

  it('leads to the next page by its key and back to the first', () => {
    expect(page({ nextCursor: 'k+1' })).toContain('href="/leaderboard?after=k%2B1"')
    expect(page({ nextCursor: null })).not.toContain('rel="next"')
    expect(page({ firstPage: false, metric: 'coins' })).toMatch(
      /href="\/leaderboard\?metric=coins"[^>]*>Back/,
    )
  })

  it('always shows the own place: marked among the rows, above them, or why there is none', () => {
    const rows = boardRows(6)
    const id = rows[4]?.accountId ?? 0
    const own = { status: 'placed', accountId: id, place: 5, value: 77, countedAt: new Date() } as const
    const among = page({ rows, own }, id)
    expect(among).toContain('class="is-own"')
    expect(among).toContain(`href="#board-link-${id}"`)
    expect(among).not.toContain('Place counted at')
    const beyond = page({ own: { ...own, accountId: 231, place: 231 } }, 231)
    expect(beyond).toMatch(/Your place.*231.*77.*Place counted at/s)
    expect(page({ own: { ...own, place: null } }, id)).toContain('being counted')
    expect(page({ own: { status: 'hidden' } }, id)).toContain('Your profile is private')
    expect(page({ own: { status: 'nothing' } }, id)).toContain('No place yet')
    expect(page({ own: null })).not.toContain('Your place')
  })

  it('shows what a search found in place of the board, keeps it in the tabs, and is no page for search engines', () => {
    const search = { status: 'found', name: '<i>"x', rows: boardRows(3), more: false } as const
    const html = pageText(
      <LeaderboardPage ui={ui} frame={frame()} model={leaderboard({ search })} typed={'<i>"x'} />,
    )
    expect(html).not.toContain('<i>')
    expect(html).toContain('3 players found')
    expect(html).toContain('value="&lt;i&gt;&quot;x"')
    expect(html).toContain('href="/leaderboard?metric=coins&amp;q=%3Ci%3E%22x"')
    expect(html).not.toContain('podium-step')
    expect(html).toContain('noindex')
    const rows = [{ ...(boardRows(1)[0] as BoardRow), place: null }]
    expect(page({ search: { ...search, rows } })).toContain('–')
    expect(page({ search: { ...search, rows: [] } })).toContain('Nobody found')
    expect(page({ search: { status: 'too_short' } })).toContain('at least two letters')
    expect(page({ search: { status: 'too_long' } })).toContain('at most 32')
  })

  it('draws no tabs for a single choice', () => {
    expect(page({ metrics: ['xp'], periods: ['all'] })).not.toContain('class="tab"')
  })
})

describe('error pages', () => {
  it.each([
    ['member_not_found', 404],
    ['page_not_found', 404],
    ['forbidden', 403],
    ['too_many_requests', 429],
    ['internal', 500],
    ['unavailable', 503],
  ] as const)('%s belongs to status %i and stays out of search', (kind, status) => {
    expect(ERROR_STATUS[kind]).toBe(status)
    const html = pageText(<ErrorPage ui={ui} frame={frame()} model={{ kind }} />)
    expect(html).toContain('content="noindex"')
    expect(html).toContain('href="/"')
  })

  it('promises that progress is kept while the database is away', () => {
    const html = pageText(<ErrorPage ui={ui} frame={frame()} model={{ kind: 'unavailable' }} />)
    expect(html).toContain('Your progress is being kept')
  })
})

describe('the frame', () => {
  it('describes the page for previews, languages and themes', () => {
    const html = pageText(
      <LeaderboardPage
        ui={ui}
        frame={frame({ path: '/leaderboard', query: { metric: 'coins' }, theme: 'dark' })}
        model={leaderboard()}
      />,
    )
    expect(html).toContain('<html lang="en" data-theme="dark">')
    expect(html).toContain('<meta property="og:title" content="Leaderboard | TTFD"/>')
    expect(html).toContain('rel="canonical" href="http://127.0.0.1:3000/leaderboard?metric=coins"')
    expect(html).toContain('hreflang="ru" href="http://127.0.0.1:3000/leaderboard?metric=coins&amp;lang=ru"')
    expect(html).toContain('href="/leaderboard?metric=coins&amp;theme=light"')
    expect(html).toContain('<meta name="theme-color" content="#0c0e12"/>')
  })

  it('loads htmx only where something is live, with evaluation and inline styles off', () => {
    const still = pageText(<LeaderboardPage ui={ui} frame={frame()} model={leaderboard()} />)
    expect(still).not.toContain('htmx.min.js')
    const live = frame({ liveUrl: '/leaderboard/live' })
    const moving = pageText(<LeaderboardPage ui={ui} frame={live} model={leaderboard()} />)
    expect(moving).toContain('sse-connect="/leaderboard/live"')
    expect(moving).toMatch(
      /htmx-config" content="[^"]*allowEval&quot;:false[^"]*includeIndicatorStyles&quot;:false/,
    )
  })

  it('says on every page that a sandbox is one', () => {
    const shown = (sandbox: boolean) =>
      pageText(<LeaderboardPage ui={ui} frame={frame({ sandbox })} model={leaderboard()} />)
    expect(shown(true)).toContain('Sandbox.')
    expect(shown(false)).not.toContain('Sandbox.')
  })
})
