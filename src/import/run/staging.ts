import type pg from 'pg'
import type { Database } from '../../db/connect.js'
import { withClient } from '../../db/with-client.js'
import { holdPlace } from './one-at-a-time.js'

/** Where a run keeps what it read, until it ends. Nothing here is anybody's progress; a run that was killed leaves it to the next. */
export const STAGE = 'ttfd_import'

/** What lines of text are taken into (stage-rows.ts). */
export const STAGE_COLUMNS = {
  records: `n bigint, origin text, source text, sid text, username text, display_name text, created_at timestamptz,
    last_active timestamptz, xp bigint, coins bigint, games_played bigint, games_won bigint, messages bigint,
    voice_seconds bigint, streak bigint, last_daily timestamptz, claims_discord text, proves_telegram text, banned text,
    email text, password text, granted text, data text`,
  links: 't text, d text',
  rejected: `source text, id text, field text, reason text, value text, whole boolean, xp numeric not null,
    coins numeric not null, games numeric not null, voice numeric not null`,
} as const
export type StageTable = keyof typeof STAGE_COLUMNS
export const STAGE_TABLES = Object.keys(STAGE_COLUMNS) as StageTable[]

/**
 * How its tables are made. Without a log: what a crash would lose is read again. And the database's own housekeeping would
 * only get in the way: they are looked over (analyze) where that is worth it, and gone within minutes.
 */
export const UNLOGGED = (table: string, columns = '') =>
  `create unlogged table ${STAGE}.${table}${columns && ` (${columns})`} with (autovacuum_enabled = off)`

const WORK_MEMORY = '64MB'

/**
 * Runs `work` with an empty stage, over a connection of its own, and takes the stage away whatever happens. Throws
 * ImportRunningError while another import holds it.
 */
export function withStage<T>(db: Database, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return withClient(db, async (client) => {
    const leave = await holdPlace(db, client)
    try {
      // Joins of a million records in memory take half the time. The embedded database has one session for all.
      if (db.kind === 'postgres') await client.query(`set work_mem = '${WORK_MEMORY}'`)
      await createStage(client)
      return await work(client)
    } finally {
      await client.query(`drop schema if exists ${STAGE} cascade`).finally(leave)
    }
  })
}

async function createStage(client: pg.Client): Promise<void> {
  for (const statement of [
    `drop schema if exists ${STAGE} cascade`,
    `create schema ${STAGE}`,
    ...STAGE_TABLES.map((table) => UNLOGGED(table, STAGE_COLUMNS[table])),
    UNLOGGED(
      'sources',
      'origin text primary key, source text, snapshot text, prev_at timestamptz, xp_max bigint, coins_max bigint, voice_max bigint',
    ),
  ])
    await client.query(statement)
}
