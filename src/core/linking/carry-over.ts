import { sql } from 'kysely'
import { runnerOf, type Tx } from '../../db/connect.js'
import { cancelOpenRounds } from '../games/cancel-open-rounds.js'
import { applyAwards } from '../progression/apply-awards.js'
import type { Award } from '../progression/award.js'
import { communityDay } from '../progression/community-day.js'
import { readLimits } from '../progression/limits.js'
import { writeLimits } from '../progression/write-limits.js'
import { joinRestrictions } from '../restrictions/follow-restrictions.js'
import type { LinkContext } from './link-request.js'
import { identitiesOf, type LinkSide } from './link-side.js'
import { type Streak, uniteLimits, uniteStreaks } from './unite.js'

/**
 * Makes one account of two, of which `loser` has no progress but perhaps a welcome. Both are locked by the caller. The
 * welcome follows by a pair of ordinary events, so that the sum over the survivor and those merged into it is its
 * balance; the loser becomes a tombstone that points to the survivor.
 */
export async function carryOver(
  tx: Tx,
  { survivor, loser, requestId }: { survivor: LinkSide; loser: LinkSide; requestId: string },
  context: LinkContext,
): Promise<void> {
  const { now } = context
  await cancelOpenRounds(tx, loser.accountId, context)
  // Before the transfer: what one side was paid for (ranks) is not paid to the other.
  await uniteMarks(tx, survivor.accountId, loser.accountId, context)
  await transfer(tx, survivor, loser, requestId, context)
  await foldInto(tx, survivor, loser)
  await joinRestrictions(tx, { from: loser.accountId, into: survivor.accountId })
  if (loser.xp + loser.coins > 0) {
    const parts = [...identitiesOf(survivor), ...identitiesOf(loser)]
    await tx
      .insertInto('ttfd.link_history')
      .values(
        parts.map(({ platform, id }) => ({
          platform,
          platform_id: id,
          account_id: survivor.accountId,
          act: 'carried' as const,
          happened_at: now,
        })),
      )
      .execute()
  }
}

/** Limits, streak and paid ranks of both, written to the survivor. */
async function uniteMarks(tx: Tx, into: number, from: number, { now, rules }: LinkContext): Promise<void> {
  const rows = await tx
    .selectFrom('unified_users as u')
    .leftJoin('ttfd.account_limits as l', 'l.account_id', 'u.id')
    .select(['u.id', 'u.daily_streak', 'u.last_daily', 'u.highest_rank_paid', 'l.state'])
    .where('u.id', 'in', [into, from])
    .execute()
  const [kept, gone] = [into, from].map((id) => rows.find((row) => row.id === id))
  if (!kept || !gone) throw new Error('both accounts of a link must be locked and living')
  const limits = uniteLimits(readLimits(kept.state), readLimits(gone.state))
  const streakOf = (row: typeof kept): Streak => ({
    days: row.daily_streak,
    lastDaily: row.last_daily,
    lastDay: readLimits(row.state).daily,
  })
  const streak = uniteStreaks(streakOf(kept), streakOf(gone), communityDay(now, rules.timeZone))
  await tx
    .updateTable('unified_users')
    .set({
      daily_streak: streak.days,
      last_daily: streak.lastDaily,
      highest_rank_paid: Math.max(kept.highest_rank_paid, gone.highest_rank_paid),
    })
    .where('id', '=', into)
    .execute()
  await writeLimits(tx, into, limits)
}

/** Moves the balance by two events of the one door: the emptied account gives what the survivor gets. */
async function transfer(
  tx: Tx,
  survivor: LinkSide,
  loser: LinkSide,
  requestId: string,
  { now, rules, newId }: LinkContext,
): Promise<void> {
  const { xp, coins } = loser
  if (xp === 0 && coins === 0) return
  const grant = (side: LinkSide, sign: 1 | -1): Award => ({
    key: `link:${requestId}:${sign === 1 ? 'in' : 'out'}`,
    who: { accountId: side.accountId },
    occurredAt: now,
    source: 'system',
    act: {
      type: 'grant',
      event: 'xp_change',
      xp: sign * xp,
      coins: sign * coins,
      data: { reason: 'link', platform: loser.identity.platform },
      silent: sign === -1,
    },
  })
  const applied = await applyAwards(runnerOf(tx), [grant(loser, -1), grant(survivor, 1)], { rules, newId })
  for (const outcome of applied) {
    if (outcome instanceof Error) throw outcome
    if (outcome.status !== 'recorded') throw new Error(`a transfer of a link was ${outcome.status}`)
  }
}

/** Statistics, identities and choices go to the survivor; the loser's row goes first, so that its unique ids are free. */
async function foldInto(tx: Tx, survivor: LinkSide, loser: LinkSide): Promise<void> {
  const [into, from] = [survivor.accountId, loser.accountId]
  const { rows } = await sql<Folded>`
    delete from unified_users where id = ${from}
    returning games_played, games_won, total_voice_time, messages_sent, achievements, last_active, created_at, locale`.execute(
    tx,
  )
  const gone = rows[0]
  if (!gone) throw new Error('the emptied account of a link must be living')
  const { telegram, discord, website } = loser.identities
  await sql`
    update unified_users u set
      telegram_id = coalesce(u.telegram_id, ${telegram}), discord_id = coalesce(u.discord_id, ${discord}),
      website_email = coalesce(u.website_email, ${website}),
      games_played = u.games_played + ${gone.games_played}, games_won = u.games_won + ${gone.games_won},
      total_voice_time = u.total_voice_time + ${gone.total_voice_time}, messages_sent = u.messages_sent + ${gone.messages_sent},
      achievements = (
        select coalesce(jsonb_agg(distinct a), '[]') from jsonb_array_elements(u.achievements || ${JSON.stringify(gone.achievements)}::jsonb) a),
      last_active = greatest(u.last_active, ${gone.last_active}), created_at = least(u.created_at, ${gone.created_at}),
      locale = coalesce(u.locale, ${gone.locale})
    where u.id = ${into}`.execute(tx)
  await sql`update ttfd.identities set account_id = ${into} where account_id = ${from}`.execute(tx)
  // Rounds end with the account, but their buttons still find how they ended.
  await sql`update ttfd.game_rounds set account_id = ${into} where account_id = ${from}`.execute(tx)
  // The stricter choice of both: hidden if either was, quiet if either was.
  await sql`
    insert into ttfd.account_settings as s (account_id, private, notices, notices_telegram, notices_discord)
    select ${into}, private, notices, notices_telegram, notices_discord from ttfd.account_settings where account_id = ${from}
    on conflict (account_id) do update set private = s.private or excluded.private,
      notices = s.notices and excluded.notices, notices_telegram = s.notices_telegram and excluded.notices_telegram,
      notices_discord = s.notices_discord and excluded.notices_discord, updated_at = now()`.execute(tx)
  await sql`delete from ttfd.account_settings where account_id = ${from}`.execute(tx)
  await sql`delete from ttfd.account_limits where account_id = ${from}`.execute(tx)
  await sql`
    update ttfd.accounts a set claimed_at = coalesce(least(a.claimed_at, gone.claimed_at), a.claimed_at, gone.claimed_at)
    from ttfd.accounts gone where a.id = ${into} and gone.id = ${from}`.execute(tx)
  await sql`update ttfd.accounts set merged_into = ${into} where id = ${from}`.execute(tx)
}

type Folded = {
  games_played: number
  games_won: number
  total_voice_time: number
  messages_sent: number
  achievements: string[]
  last_active: Date
  created_at: Date
  locale: string | null
}
