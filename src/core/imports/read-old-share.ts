import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import type { Identity } from '../accounts/identity.js'
import { type Earned, earnedSince, NOTHING_EARNED } from '../merging/earned-since.js'

/** What of an account's progress is provably one identity's own. */
export type OldShare = Omit<Earned, 'seasonXp' | 'dailies' | 'rankPaid'> & {
  /** Those that its old record lists; `staying`: those of the account that only it brought are not among them. */
  achievements: string[]
  staying: string[]
  streak: number
  lastDaily: Date | null
  createdAt: Date | null
  username: string | null
  reachable: boolean
}

/**
 * The share of one identity: what its records brought (the `imported` events that name it), and what was earned here on
 * its platform since. Never more than the account has: what was spent is spent. Statistics likewise.
 */
export async function readOldShare(reader: Reader, accountId: number, identity: Identity): Promise<OldShare> {
  const { platform, id } = identity
  // Every other origin is of Discord: its own store, the voice store, other bots' exports. A website's records are
  // known by numbers, which are nobody's address.
  const ofPlatform =
    platform === 'discord' ? sql`m.origin not in ('telegram', 'website')` : sql`m.origin = ${platform}`
  const { rows } = await sql<Row>`
    with records as (
      select m.origin, m.source_id, m.games_played, m.games_won, m.voice_seconds, m.messages
      from ttfd.import_members m where m.source_id = ${id} and ${ofPlatform}
    ),
    brought as (
      select e.xp_delta, e.coins_delta, e.data, e.seq from records r
        join cross_platform_events e on e.dedupe_key like 'import:' || r.origin || ':' || r.source_id || ':%'
      where e.event_type = 'imported' and e.user_id = ${accountId}
    )
    select u.xp, u.coins, u.games_played, u.games_won, u.total_voice_time, u.messages_sent, u.achievements,
      i.username, coalesce(i.reachable, false) as reachable,
      (select coalesce(sum(xp_delta), 0) from brought)::bigint as brought_xp,
      (select coalesce(sum(coins_delta), 0) from brought)::bigint as brought_coins,
      (select coalesce(sum(games_played), 0) from records)::bigint as brought_games,
      (select coalesce(sum(games_won), 0) from records)::bigint as brought_won,
      (select coalesce(sum(voice_seconds), 0) from records)::bigint as brought_voice,
      (select coalesce(sum(messages), 0) from records)::bigint as brought_messages,
      (select coalesce(jsonb_agg(distinct a), '[]') from brought b
        cross join lateral jsonb_array_elements(coalesce(b.data -> 'achievements', '[]')) as a) as listed,
      (select coalesce(jsonb_agg(distinct a), '[]') from cross_platform_events e
        cross join lateral jsonb_array_elements(coalesce(e.data -> 'achievements', '[]')) as a
        where e.user_id = ${accountId} and e.event_type = 'imported' and e.seq not in (select seq from brought)) as listed_by_others,
      (select b.data from brought b where b.data ? 'last_daily' order by b.seq desc limit 1) as last
    from unified_users u left join ttfd.identities i on i.platform = ${platform} and i.platform_id = ${id}
    where u.id = ${accountId}`.execute(reader)
  const row = rows[0]
  if (!row) throw new Error('an account that is parted is living')
  const here = (await earnedSince(reader, accountId, 0))[platform] ?? NOTHING_EARNED
  const within = (share: number, all: number) => Math.max(0, Math.min(share, all))
  const listed = new Set(row.listed)
  const others = new Set(row.listed_by_others)
  return {
    xp: within(row.brought_xp + here.xp, row.xp),
    coins: within(row.brought_coins + here.coins, row.coins),
    gamesPlayed: within(row.brought_games + here.gamesPlayed, row.games_played),
    gamesWon: within(row.brought_won + here.gamesWon, row.games_won),
    voiceSeconds: within(row.brought_voice + here.voiceSeconds, row.total_voice_time),
    messages: within(row.brought_messages + here.messages, row.messages_sent),
    achievements: row.achievements.filter((one) => listed.has(one)),
    staying: row.achievements.filter((one) => !listed.has(one) || others.has(one)),
    streak: Number(row.last?.streak ?? 0),
    lastDaily: row.last?.last_daily ? new Date(row.last.last_daily) : null,
    createdAt: row.last?.created_at ? new Date(row.last.created_at) : null,
    username: row.username,
    reachable: row.reachable,
  }
}

type Row = {
  xp: number
  coins: number
  games_played: number
  games_won: number
  total_voice_time: number
  messages_sent: number
  achievements: string[]
  username: string | null
  reachable: boolean
  brought_xp: number
  brought_coins: number
  brought_games: number
  brought_won: number
  brought_voice: number
  brought_messages: number
  listed: string[]
  listed_by_others: string[]
  last: { streak?: number; last_daily?: string; created_at?: string } | null
}
