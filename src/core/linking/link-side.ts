import { sql } from 'kysely'
import type { Reader, Tx } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { findAccountId } from '../accounts/find-account.js'
import { type Identity, identityKey } from '../accounts/identity.js'

/** One side of a link: the identity that answers for it and the account that it stands for now. */
export type LinkSide = {
  identity: Identity
  accountId: number
  identities: Record<PlatformName, string | null>
  xp: number
  coins: number
  /** What of the XP came from welcomes: that alone is no progress. */
  welcomeXp: number
  gamesPlayed: number
  voiceSeconds: number
  achievements: number
  streak: number
  /** Coins that lie in open rounds. */
  staked: number
  /** The account joined several identities without proof (an old row). */
  unproven: boolean
  /** The account is being deleted. */
  closing: boolean
  /** When the account or an identity of it took part in links and merges that carried XP, newest first, 30 days back. */
  carriedAt: Date[]
  /** Platforms that may not be filled anew: what stood there left by the undo of a merge. */
  blocked: { platform: PlatformName; until: Date }[]
}

/** Limits of safety.md section 1 count over these days. */
export const LIMIT_DAYS = 30

/** Every identity of a side's account. */
export function identitiesOf(side: Pick<LinkSide, 'identities'>): Identity[] {
  return Object.entries(side.identities).flatMap(([platform, id]) =>
    id === null ? [] : [{ platform: platform as PlatformName, id }],
  )
}

/** Whether an identity of the account belongs to an admin. */
export function isAdmin(side: Pick<LinkSide, 'identities'>, admins: ReadonlySet<string>): boolean {
  return identitiesOf(side).some((identity) => admins.has(identityKey(identity)))
}

/** Whether there is anything to lose: a welcome alone, or messages that paid nothing, are no progress. */
export function hasProgress(side: LinkSide): boolean {
  return (
    side.xp > side.welcomeXp ||
    side.coins + side.staked + side.gamesPlayed + side.voiceSeconds + side.achievements + side.streak > 0
  )
}

/** Reads the side that an identity stands for now; null when it has no account. */
export async function readSide(reader: Reader, identity: Identity, now: Date): Promise<LinkSide | null> {
  const accountId = await findAccountId(reader, identity)
  if (accountId === null) return null
  const since = new Date(now.getTime() - LIMIT_DAYS * 86_400_000)
  const { rows } = await sql<SideRow>`
    select u.telegram_id, u.discord_id, u.website_email, u.xp, u.coins, u.games_played, u.total_voice_time, u.daily_streak,
      jsonb_array_length(u.achievements) as achievements, a.link_unproven,
      exists (select from ttfd.deletions d where d.account_id = u.id) as closing,
      coalesce((select sum(r.bet) from ttfd.game_rounds r where r.account_id = u.id and r.state = 'open'), 0)::bigint as staked,
      array(
        select distinct h.happened_at from ttfd.link_history h
        where h.act in ('carried', 'merged') and h.happened_at > ${since} and (
          h.account_id = u.id or (h.platform = 'telegram' and h.platform_id = u.telegram_id) or (h.platform = 'discord' and h.platform_id = u.discord_id)
          or (h.platform = 'website' and h.platform_id = u.website_email))
        order by h.happened_at desc) as carried_at
    from unified_users u join ttfd.accounts a on a.id = u.id where u.id = ${accountId}`.execute(reader)
  const row = rows[0]
  if (!row) return null
  const side: LinkSide = {
    identity,
    accountId,
    identities: { telegram: row.telegram_id, discord: row.discord_id, website: row.website_email },
    xp: row.xp,
    coins: row.coins,
    welcomeXp: 0,
    gamesPlayed: row.games_played,
    voiceSeconds: row.total_voice_time,
    achievements: row.achievements,
    streak: row.daily_streak,
    staked: row.staked,
    unproven: row.link_unproven,
    closing: row.closing,
    carriedAt: row.carried_at,
    blocked: await readBlocked(reader, row, since),
  }
  // Looked up only where it decides: an old member's history is long.
  if (side.xp > 0 && !hasProgress({ ...side, welcomeXp: side.xp }))
    side.welcomeXp = await sumWelcomes(reader, accountId)
  return side
}

/** Slots that an undone merge keeps shut, by the identities that took part in it. */
async function readBlocked(reader: Reader, row: SideRow, since: Date): Promise<LinkSide['blocked']> {
  const { rows } = await sql<{ slot: PlatformName; at: Date }>`
    select slot, max(happened_at) as at from ttfd.link_history
    where act = 'undone' and happened_at > ${since} and (platform, platform_id) in (
      ('telegram', ${row.telegram_id}), ('discord', ${row.discord_id}), ('website', ${row.website_email}))
    group by slot`.execute(reader)
  return rows.map(({ slot, at }) => ({
    platform: slot,
    until: new Date(at.getTime() + LIMIT_DAYS * 86_400_000),
  }))
}

/**
 * Locks the accounts of both sides in id order and reads them. Null when one has none. When an identity moved between
 * the look and the lock, the transaction runs again (its error has the code of a serialization failure).
 */
export async function lockSides(
  tx: Tx,
  identities: readonly [Identity, Identity],
  now: Date,
): Promise<[LinkSide, LinkSide] | null> {
  const ids = [await findAccountId(tx, identities[0]), await findAccountId(tx, identities[1])]
  const known = ids.filter((id) => id !== null)
  if (known.length < 2) return null
  await tx
    .selectFrom('unified_users')
    .select('id')
    .where('id', 'in', known)
    .orderBy('id')
    .forUpdate()
    .execute()
  const first = await readSide(tx, identities[0], now)
  const second = await readSide(tx, identities[1], now)
  if (!first || !second || first.accountId !== ids[0] || second.accountId !== ids[1]) {
    throw Object.assign(new Error('an identity moved while its account was being locked'), { code: '40001' })
  }
  return [first, second]
}

type SideRow = {
  telegram_id: string | null
  discord_id: string | null
  website_email: string | null
  xp: number
  coins: number
  games_played: number
  total_voice_time: number
  daily_streak: number
  achievements: number
  link_unproven: boolean
  closing: boolean
  staked: number
  carried_at: Date[]
}

/** Welcomes of the account and of all that were carried into it. */
async function sumWelcomes(reader: Reader, accountId: number): Promise<number> {
  const { rows } = await sql<{ xp: number }>`
    with recursive family (id) as (
      select ${accountId}::bigint
      union select a.id from family f join ttfd.accounts a on a.merged_into = f.id
    )
    select coalesce(sum(e.xp_delta), 0)::bigint as xp from family f join cross_platform_events e on e.user_id = f.id
    where e.event_type = 'xp_change' and e.data ->> 'reason' = 'welcome'`.execute(reader)
  return rows[0]?.xp ?? 0
}
