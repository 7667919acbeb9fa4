import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import type { KeyedHash } from '../../db/keyed-hash.js'
import { foldDaySums } from '../progression/day-sums.js'

/** What an erased person's events may say of themselves still: amounts, kinds and reasons, nothing that is an id. */
const KEPT = [
  ...[
    'reason',
    'delta_xp',
    'delta_coins',
    'new_xp',
    'new_coins',
    'xp',
    'coins',
    'carried_xp',
    'reward_coins',
  ],
  ...['old_rank', 'new_rank', 'game_type', 'won', 'xp_earned', 'bet', 'duration', 'length', 'multiplier'],
  ...[
    'day',
    'streak',
    'job',
    'task',
    'face',
    'side',
    'called',
    'pick',
    'secret',
    'free',
    'kind',
    'what',
    'own',
  ],
  ...['platform', 'platforms', 'proven', 'until', 'frozen_until', 'achievement_id', 'achievement_name'],
  // Of acts that were summed up.
  ...['summed_up', 'summed_from', 'wins'],
]
/** Their reason is what an operator wrote. */
const WRITTEN_BY_HAND = ['account_restricted', 'adjusted']

/**
 * Hands the events and daily sums of a family of accounts to a pseudonym: what happened and what it paid stays, so that
 * sums of the whole community stay right; whose it was cannot be read any more. Keys and ids become keyed hashes, the
 * same for the same id.
 */
export async function eraseEvents(
  tx: Tx,
  { family, pseudonym }: { family: readonly number[]; pseudonym: number },
  keyedHash: KeyedHash,
): Promise<void> {
  const { inner, outer } = keyedHash.pads()
  const hashed = (text: ReturnType<typeof sql>) =>
    sql<string>`substr(encode(sha256(${outer}::bytea || sha256(${inner}::bytea || convert_to(${text}, 'UTF8'))), 'hex'), 1, 32)`
  await sql`
    update cross_platform_events e set user_id = ${pseudonym}, processed = true, processed_at = coalesce(e.processed_at, now()),
      dedupe_key = 'erased:' || ${hashed(sql`e.dedupe_key`)},
      data = coalesce((
        select jsonb_object_agg(d.key, case
          when d.key = any(${KEPT}::text[]) and not (d.key = 'reason' and e.event_type = any(${WRITTEN_BY_HAND}::text[]))
            then d.value else to_jsonb(${hashed(sql`d.value::text`)}) end)
        from jsonb_each(e.data) as d), '{}')
    where e.user_id = any(${family as number[]}::bigint[])`.execute(tx)
  await foldDaySums(tx)
  await sql`
    insert into ttfd.daily_rollups (account_id, day, source_platform, event_type, xp, coins, events)
    select ${pseudonym}, day, source_platform, event_type, sum(xp), sum(coins), sum(events) from ttfd.daily_rollups
    where account_id = any(${family as number[]}::bigint[]) group by day, source_platform, event_type`.execute(
    tx,
  )
  await sql`delete from ttfd.daily_rollups where account_id = any(${family as number[]}::bigint[])`.execute(
    tx,
  )
}
