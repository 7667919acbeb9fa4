import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import type { Database } from '../../src/db/connect.js'

/** Sessions, codes and leases: over after a restore. */
const OVER = [
  ...['website_sessions', 'website_verifications', 'website_rate_limits', 'sign_in_links', 'link_codes'],
  ...['deep_links', 'discord_link_requests', 'email_changes', 'voice_sessions', 'leases', 'heartbeats'],
]

/** Rows of every table that lasts, as text, table by table; what a restore itself adds or ends is left out. */
export async function everything(db: Database): Promise<Record<string, string[]>> {
  const { rows } = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'ttfd')
      and tablename <> all(${[...OVER, 'migrations', 'link_requests', 'discord_guilds']}::text[]) order by 1`.execute(
    db.kysely,
  )
  const found: Record<string, string[]> = {}
  for (const { name } of rows) {
    const restored = name === 'ttfd.audit_log' ? sql`where act <> 'restored'` : sql``
    const { rows: texts } = await sql<{ row: string }>`
      select (to_jsonb(t) - array['lease_token', 'leased_until'])::text as row from ${sql.raw(name)} t ${restored} order by 1`.execute(
      db.kysely,
    )
    found[name] = texts.map(({ row }) => row)
  }
  return found
}

/** How many rows the tables of what is over still have. */
export async function leftOver(db: Database): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const name of OVER) {
    const { rows } = await sql<{
      n: number
    }>`select count(*)::int as n from ${sql.raw(`ttfd.${name}`)}`.execute(db.kysely)
    if (rows[0]?.n) found[name] = rows[0].n
  }
  return found
}

/** Rewrites a backup's lines and signs it anew, as somebody would who knows the format. */
export function forge(from: string, to: string, change: (lines: string[]) => string[]): void {
  const lines = change(gunzipSync(readFileSync(from)).toString('utf8').trimEnd().split('\n').slice(0, -1))
  const tables: Record<string, number> = {}
  let current = ''
  for (const line of lines.slice(1)) {
    const value = JSON.parse(line) as unknown
    if (Array.isArray(value)) tables[current] = (tables[current] ?? 0) + 1
    else {
      current = (value as { table: string }).table
      tables[current] = 0
    }
  }
  const text = `${lines.join('\n')}\n`
  const rows = Object.values(tables).reduce((sum, count) => sum + count, 0)
  const sha256 = createHash('sha256').update(text).digest('hex')
  writeFileSync(to, gzipSync(`${text}${JSON.stringify({ end: true, tables, rows, sha256 })}\n`))
}
