import type { Database, Reader, Tx } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { findAccountId, IDENTITY_COLUMN } from '../accounts/find-account.js'
import type { Identity } from '../accounts/identity.js'
import { endSessionsOf } from '../merging/split-logins.js'
import { askRoles } from '../roles/role-states.js'
import { detachFromWebsite } from '../website/detach-website.js'
import { leaveWithMarks } from '../website/leave-with-marks.js'
import { decideUnlink, type UnlinkRefusal, type UnlinkSide } from './decide-unlink.js'
import { writeLinkEvents } from './link-events.js'
import type { LinkContext } from './link-request.js'
import { identitiesOf } from './link-side.js'
import { readUnlinkSide } from './unlink-side.js'

export type UnlinkIdentity =
  /** It left with its marks and starts at 0; `left` are the platforms that stay. */
  { status: 'unlinked'; platform: PlatformName; left: PlatformName[] } | UnlinkRefusal

export type UnlinkQuestion = { status: 'allowed'; leaving: Identity; left: PlatformName[] } | UnlinkRefusal

export type UnlinkAsked = {
  /** Who presses. */
  actor: Identity
  /** What leaves the actor's account; the actor's own platform means himself. */
  platform: PlatformName
  /** The website session in which it is done: the only one of the account that goes on. */
  sessionId?: string
  /** An operator does it in the actor's place: then nobody puts it back. */
  byOperator?: boolean
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
 * Every identity of the account is told, the one that left too; website sessions end. Whoever did not do it can put it
 * back for a while (put-back.ts).
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
    // Before the logins are taken apart: they lead to the sessions.
    await endSessionsOf(tx, accountId, asked.sessionId)
    await takeOff(tx, side, leaving, left, now)
    await detachFromWebsite(tx, leaving, accountId)
    const unlink = newId()
    const by = asked.byOperator ? null : asked.actor
    await tx
      .insertInto('ttfd.unlinks')
      .values({
        id: unlink,
        account_id: accountId,
        platform: leaving.platform,
        platform_id: leaving.id,
        by_platform: by?.platform ?? null,
        by_platform_id: by?.id ?? null,
        happened_at: now,
      })
      .execute()
    const source = by?.platform ?? 'system'
    await writeLinkEvents(
      tx,
      [
        {
          accountId,
          type: 'account_unlinked',
          source,
          data: { platform: leaving.platform, by: source, unlink },
          key: `unlink:${unlink}`,
          tell: identitiesOf(side),
        },
      ],
      newId,
    )
    if (leaving.platform === 'discord') await askRoles(tx, leaving.id)
    return { status: 'unlinked', platform: leaving.platform, left }
  })
}

async function takeOff(
  tx: Tx,
  side: UnlinkSide,
  leaving: Identity,
  left: readonly PlatformName[],
  now: Date,
): Promise<void> {
  const primary = side.primary === leaving.platform ? (left[0] ?? side.primary) : side.primary
  await leaveWithMarks(tx, { accountId: side.accountId, identity: leaving, now })
  await tx
    .updateTable('unified_users')
    .set({ [IDENTITY_COLUMN[leaving.platform]]: null, primary_platform: primary })
    .where('id', '=', side.accountId)
    .execute()
}
