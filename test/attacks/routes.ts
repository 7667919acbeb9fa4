import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import type { Database } from '../../src/db/connect.js'

const WEB = fileURLToPath(new URL('../../src/platforms/web/', import.meta.url))

/** What a reader without any session may open. Whatever is not named here must lead to the sign-in page or be nowhere. */
export const OPEN_PAGES = new Set([
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
  '/assets/:name',
  '/api/v1/openapi.json',
  '/u/:id',
  '/u/:id/card.png',
  '/u/:id/avatar',
  '/leaderboard',
  '/live/home',
  '/live/leaderboard',
  '/live/u/:id',
  '/login',
  '/register',
  '/forgot',
  '/reset',
  '/auth/verify-email',
  '/auth/reset-password/:token',
  '/auth/discord',
  '/auth/discord/callback',
  '/login/tg/:token',
  '/login/link/:token',
  '/settings/data/goodbye',
])

/** Forms that a reader without any session may send; all others are a member's own. */
export const OPEN_FORMS = new Set([
  '/login',
  '/logout',
  '/register',
  '/forgot',
  '/reset',
  '/auth/verify-email',
  '/login/tg/:token',
  '/login/tg/:token/enter',
  '/login/link/:token/enter',
])

/** Live pages never end by themselves. */
export const isStream = (path: string) => path.startsWith('/live/')

type Params = Record<string, string>

/** Values that lead to a page of nobody. */
export const NOBODY: Params = {
  token: 'a'.repeat(22),
  id: '00000000-0000-7000-8000-000000000000',
  platform: 'discord',
  merge: '1',
  name: 'app.css',
}

/** A route of the router with its parameters filled in. */
export function fill(route: string, params: Params): string {
  return route.replaceAll(/:(\w+)(\{(?:[^{}]|\{[^{}]*\})*\})?/g, (_, name: string) => params[name] ?? '1')
}

/** A route without the shapes of its parameters, as the lists above name it. */
export function plain(route: string): string {
  return route.replaceAll(/(:\w+)\{(?:[^{}]|\{[^{}]*\})*\}/g, '$1')
}

/** Every name under which the site's own source reads a form field or a parameter of the address. */
export function knownNames(): string[] {
  const names = new Set<string>()
  for (const file of readdirSync(WEB, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(file)) continue
    const text = readFileSync(WEB + file, 'utf8')
    for (const [, name = ''] of text.matchAll(/\bname="([\w-]+)"/g)) names.add(name)
    for (const [, name = ''] of text.matchAll(/\bfields\.(\w+)/g)) names.add(name)
    for (const [, name = ''] of text.matchAll(/\.query\('(\w+)'\)/g)) names.add(name)
    for (const [, list = ''] of text.matchAll(/async \(\{ ([\w:, ]+) \}/g))
      for (const part of list.split(',')) names.add(part.split(':')[0]?.trim() ?? '')
  }
  names.delete('form')
  return [...names].sort()
}

/** Tables that every visit may touch: they hold no member's affairs. */
const NOISE = ['migrations', 'website_rate_limits', 'sign_in_tries', 'website_verifications', 'heartbeats']

/** All that the database holds, table by table. */
export async function everything(db: Database): Promise<Record<string, string>> {
  const { rows: tables } = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'ttfd') and tablename <> all(${NOISE}::text[]) order by 1`.execute(
    db.kysely,
  )
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' as name, coalesce(string_agg(t::text, E'\\n' order by t::text), '') as rows from ${name} t`,
  )
  const { rows } = await sql.raw<{ name: string; rows: string }>(parts.join(' union all ')).execute(db.kysely)
  return Object.fromEntries(rows.map((row) => [row.name, row.rows]))
}
