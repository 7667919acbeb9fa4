import { sql } from 'kysely'
import { runnerOf, type Tx } from '../../db/connect.js'
import { createAccounts } from '../accounts/create-accounts.js'
import { IDENTITY_COLUMN } from '../accounts/find-account.js'
import type { Identity } from '../accounts/identity.js'
import { cancelOpenRounds } from '../games/cancel-open-rounds.js'
import { writeLinkEvents } from '../linking/link-events.js'
import type { LinkContext } from '../linking/link-request.js'
import { moveBalance } from '../merging/move-balance.js'
import { communityDay } from '../progression/community-day.js'
import { askRoles } from '../roles/role-states.js'
import { detachFromWebsite } from '../website/detach-website.js'
import { leaveWithMarks } from '../website/leave-with-marks.js'
import { readOldShare } from './read-old-share.js'

/**
 * Takes an identity off a locked account that was never its own and gives it one with its share: what its store brought
 * and what it earned here since, as far as the account still has it. Its marks go along, as with any unlinking. Everybody
 * is told. Returns the new account.
 */
export async function partIdentity(
  tx: Tx,
  {
    accountId,
    identity,
    everybody,
  }: { accountId: number; identity: Identity; everybody: readonly Identity[] },
  context: LinkContext,
): Promise<number> {
  const { now, rules, newId } = context
  await cancelOpenRounds(tx, accountId, context)
  const share = await readOldShare(tx, accountId, identity)
  await leaveWithMarks(tx, { accountId, identity, now })
  await sql`
    update unified_users set ${sql.ref(IDENTITY_COLUMN[identity.platform])} = null,
      games_played = games_played - ${share.gamesPlayed}, games_won = games_won - ${share.gamesWon},
      total_voice_time = total_voice_time - ${share.voiceSeconds}, messages_sent = messages_sent - ${share.messages},
      achievements = ${JSON.stringify(share.staying)}::jsonb
    where id = ${accountId}`.execute(tx)
  await detachFromWebsite(tx, identity, accountId)

  const { platform } = identity
  const day = (at: Date) => communityDay(at, rules.timeZone)
  const facts = { username: share.username, displayName: share.username, reachable: share.reachable }
  const [made] = await createAccounts(runnerOf(tx), [{ identity, facts, occurredAt: now }], newId, day, null)
  if (!made) throw new Error('an identity that left has an account')
  const move = { from: accountId, into: made.id, xp: share.xp, coins: share.coins, source: 'system' } as const
  const data = { reason: 'old_link', platform }
  await moveBalance(
    tx,
    { event: 'merge_undone', key: `part:${accountId}:${platform}`, ...move, data: { out: data, in: data } },
    context,
  )
  await sql`
    update unified_users set games_played = ${share.gamesPlayed}, games_won = ${share.gamesWon},
      total_voice_time = ${share.voiceSeconds}, messages_sent = ${share.messages},
      achievements = ${JSON.stringify(share.achievements)}::jsonb, daily_streak = ${share.streak},
      last_daily = ${share.lastDaily}, created_at = coalesce(${share.createdAt}, created_at)
    where id = ${made.id}`.execute(tx)

  const unlink = newId()
  const { id } = identity
  await tx
    .insertInto('ttfd.unlinks')
    .values({ id: unlink, account_id: accountId, platform, platform_id: id, happened_at: now })
    .execute()
  await writeLinkEvents(
    tx,
    [
      {
        accountId,
        type: 'account_unlinked',
        source: 'system',
        data: { platform, by: 'system', unlink },
        key: `unlink:${unlink}`,
        tell: everybody,
      },
    ],
    newId,
  )
  for (const one of everybody) if (one.platform === 'discord') await askRoles(tx, one.id)
  return made.id
}
