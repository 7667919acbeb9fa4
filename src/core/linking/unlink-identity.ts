import { sql } from 'kysely'
import type { Database, Reader, Tx } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { findAccountId } from '../accounts/find-account.js'
import type { Identity } from '../accounts/identity.js'
import { readLimits } from '../progression/limits.js'
import { restrictionMarks } from '../restrictions/carried-restrictions.js'
import { askRoles } from '../roles/role-states.js'
import { detachLogin } from '../website/platform-login.js'
import { decideUnlink, type UnlinkRefusal, type UnlinkSide } from './decide-unlink.js'
import { writeLinkEvents } from './link-events.js'
import type { LinkContext } from './link-request.js'
import { identitiesOf, LIMIT_DAYS } from './link-side.js'

export type UnlinkIdentity =
  /** It left with its marks and starts at 0; `left` are the platforms that stay. */
  { status: 'unlinked'; platform: PlatformName; left: PlatformName[] } | UnlinkRefusal

export type UnlinkQuestion = { status: 'allowed'; leaving: Identity; left: PlatformName[] } | UnlinkRefusal

export type UnlinkAsked = {
  /** Who presses. */
  actor: Identity
  /** What leaves the actor's account; the actor's own platform means himself. */
  platform: PlatformName
}

type UnlinkContext = Pick<LinkContext, 'now' | 'newId' | 'admins'>

/** Whether an identity may leave now, for the question that says what stays and what goes. Changes nothing. */
export async function askUnlink(
  reader: Reader,
  asked: UnlinkAsked,
  context: Omit<UnlinkContext, 'newId'>,
): Promise<UnlinkQuestion> {
  const accountId = await findAccountId(reader, asked.actor)
  const side =
    accountId === null ? null : await readUnlinkSide(reader, accountId, asked.platform, context.now)
  return side ? decideUnlink(side, asked, context) : { status: 'not_linked' }
}

/**
 * Takes an identity off its account: progress stays, the identity starts at 0 elsewhere and takes its marks along
 * (used-up caps, cooldowns, the daily's day, ranks that were paid), so that leaving and coming back mints nothing.
 * Every identity of the account is told, the one that left too.
 */
export async function unlinkIdentity(
  db: Database,
  asked: UnlinkAsked,
  context: UnlinkContext,
): Promise<UnlinkIdentity> {
  const { now, newId } = context
  return db.transaction(async (tx) => {
    const accountId = await findAccountId(tx, asked.actor)
    if (accountId === null) return { status: 'not_linked' }
    await tx.selectFrom('unified_users').select('id').where('id', '=', accountId).forUpdate().execute()
    const side = await readUnlinkSide(tx, accountId, asked.platform, now)
    // The actor may have left this account while its lock was awaited.
    if (!side || side.identities[asked.actor.platform] !== asked.actor.id) return { status: 'not_linked' }
    const decision = decideUnlink(side, asked, context)
    if (decision.status !== 'allowed') return decision
    const { leaving, left } = decision
    await takeOff(tx, side, leaving, left, now)
    await writeLinkEvents(
      tx,
      [
        {
          accountId,
          type: 'account_unlinked',
          source: asked.actor.platform,
          data: { platform: leaving.platform, by: asked.actor.platform },
          key: `unlink:${newId()}`,
          tell: identitiesOf(side),
        },
      ],
      newId,
    )
    if (leaving.platform === 'discord') await askRoles(tx, leaving.id)
    const { platform, id } = leaving
    if (platform !== 'website') await detachLogin(tx, { platform, id })
    return { status: 'unlinked', platform: leaving.platform, left }
  })
}

async function readUnlinkSide(
  reader: Reader,
  accountId: number,
  platform: PlatformName,
  now: Date,
): Promise<UnlinkSide | null> {
  const row = await reader
    .selectFrom('unified_users as u')
    .innerJoin('ttfd.accounts as a', 'a.id', 'u.id')
    .select(['u.telegram_id', 'u.discord_id', 'u.website_email', 'u.primary_platform', 'a.link_unproven'])
    .where('u.id', '=', accountId)
    .executeTakeFirst()
  if (!row) return null
  const identities = { telegram: row.telegram_id, discord: row.discord_id, website: row.website_email }
  const since = new Date(now.getTime() - LIMIT_DAYS * 86_400_000)
  const last = await reader
    .selectFrom('ttfd.link_history')
    .select('happened_at')
    .where('act', '=', 'unlinked')
    .where('platform', '=', platform)
    .where('platform_id', '=', identities[platform] ?? '')
    .where('happened_at', '>', since)
    .orderBy('happened_at', 'desc')
    .executeTakeFirst()
  return {
    accountId,
    identities,
    primary: row.primary_platform,
    unproven: row.link_unproven,
    lastUnlink: last?.happened_at ?? null,
    mergedUntil: await freshMergeOf(reader, accountId, now),
  }
}

/** Until when the account's newest standing merge freezes its coins; null when there is none so new. */
async function freshMergeOf(reader: Reader, accountId: number, now: Date): Promise<Date | null> {
  const row = await reader
    .selectFrom('ttfd.merges')
    .select('frozen_until')
    .where('survivor_id', '=', accountId)
    .where('undone_at', 'is', null)
    .where('frozen_until', '>', now)
    .orderBy('frozen_until', 'desc')
    .executeTakeFirst()
  return row?.frozen_until ?? null
}

async function takeOff(
  tx: Tx,
  side: UnlinkSide,
  leaving: Identity,
  left: readonly PlatformName[],
  now: Date,
): Promise<void> {
  const row = await tx
    .selectFrom('unified_users as u')
    .leftJoin('ttfd.account_limits as l', 'l.account_id', 'u.id')
    .select(['u.highest_rank_paid', 'u.achievements', 'l.state'])
    .where('u.id', '=', side.accountId)
    .executeTakeFirstOrThrow()
  const marks = {
    limits: readLimits(row.state),
    restrictions: await restrictionMarks(tx, side.accountId),
    highest_rank_paid: row.highest_rank_paid,
    achievements: row.achievements,
    left_at: now.toISOString(),
  }
  const primary = side.primary === leaving.platform ? (left[0] ?? side.primary) : side.primary
  await tx
    .updateTable('unified_users')
    .set({ [COLUMN[leaving.platform]]: null, primary_platform: primary })
    .where('id', '=', side.accountId)
    .execute()
  await tx
    .updateTable('ttfd.identities')
    .set({ account_id: null, marks: JSON.stringify(marks) })
    .where('platform', '=', leaving.platform)
    .where('platform_id', '=', leaving.id)
    .execute()
  await sql`update ttfd.link_codes set burnt_at = coalesce(burnt_at, ${now})
    where platform = ${leaving.platform} and platform_id = ${leaving.id} and used_at is null`.execute(tx)
  await tx
    .insertInto('ttfd.link_history')
    .values({
      platform: leaving.platform,
      platform_id: leaving.id,
      account_id: side.accountId,
      act: 'unlinked',
      happened_at: now,
    })
    .execute()
}

const COLUMN = { telegram: 'telegram_id', discord: 'discord_id', website: 'website_email' } as const
