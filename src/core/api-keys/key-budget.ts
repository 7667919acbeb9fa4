import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import type { ApiKey } from './api-key.js'

export type Amount = { xp: number; coins: number }

/**
 * Takes an award out of a key's day before it is written. Returns what is used of the day then, or null when the day has
 * no room for it. Safe among processes.
 */
export async function takeFromDay(
  reader: Reader,
  { id, dailyMax }: Pick<ApiKey, 'id' | 'dailyMax'>,
  day: string,
  { xp, coins }: Amount,
): Promise<Amount | null> {
  if (xp > dailyMax || coins > dailyMax) return null
  const { rows } = await sql<Amount>`
    insert into ttfd.api_key_days as d (key_id, day, xp, coins) values (${id}, ${day}::date, ${xp}, ${coins})
    on conflict (key_id, day) do update set xp = d.xp + excluded.xp, coins = d.coins + excluded.coins
      where d.xp + excluded.xp <= ${dailyMax} and d.coins + excluded.coins <= ${dailyMax}
    returning xp, coins`.execute(reader)
  return rows[0] ?? null
}

/** Gives back what was taken for an award that paid nothing new. */
export async function giveBackToDay(
  reader: Reader,
  keyId: number,
  day: string,
  { xp, coins }: Amount,
): Promise<void> {
  await sql`
    update ttfd.api_key_days set xp = greatest(xp - ${xp}, 0), coins = greatest(coins - ${coins}, 0)
    where key_id = ${keyId} and day = ${day}::date`.execute(reader)
}

/** Whether the ledger knows an award's key: then its answer stands, and it costs the day nothing. */
export async function isAwarded(reader: Reader, dedupeKey: string): Promise<boolean> {
  const row = await reader
    .selectFrom('cross_platform_events')
    .select('seq')
    .where('dedupe_key', '=', dedupeKey)
    .executeTakeFirst()
  return row !== undefined
}
