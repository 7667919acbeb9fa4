import type { Database } from '../../db/connect.js'
import { ensureAccount } from '../accounts/ensure-account.js'
import { findAccountId } from '../accounts/find-account.js'
import { type Identity, PLATFORMS } from '../accounts/identity.js'
import { askRoles } from '../roles/role-states.js'
import { carryOver } from './carry-over.js'
import { decideLink, type LinkRefusal } from './decide-link.js'
import { writeLinkEvents } from './link-events.js'
import type { LinkContext } from './link-request.js'
import { identitiesOf, lockSides } from './link-side.js'

export type LinkByOperator =
  | { status: 'linked'; accountId: number }
  | { status: 'already_linked' | 'unknown_account' }
  /** The old link of the account is for its own sides to prove. */
  | { status: 'prove' }
  /** Both sides have progress: an operator merges by a command of its own. */
  | { status: 'merge' }
  | ({ status: 'refused' } & LinkRefusal)

/**
 * Links an identity to an account by an operator's word instead of the consent of both: also admins' accounts. An
 * identity that nobody knew yet gets an account first. All other rules hold, and every identity is told.
 */
export async function linkByOperator(
  db: Database,
  { accountId, identity }: { accountId: number; identity: Identity },
  context: LinkContext,
): Promise<LinkByOperator> {
  const row = await db.kysely
    .selectFrom('unified_users')
    .select(['telegram_id', 'discord_id', 'website_email'])
    .where('id', '=', accountId)
    .executeTakeFirst()
  if (!row) return { status: 'unknown_account' }
  const ids = { telegram: row.telegram_id, discord: row.discord_id, website: row.website_email }
  if (ids[identity.platform] === identity.id) return { status: 'already_linked' }
  if (ids[identity.platform] !== null) {
    return { status: 'refused', reason: 'slot_taken', platform: identity.platform }
  }
  const platform = PLATFORMS.find((one) => ids[one] !== null)
  if (!platform) return { status: 'unknown_account' }
  const owner: Identity = { platform, id: ids[platform] ?? '' }
  if ((await findAccountId(db.kysely, identity)) === null) {
    await ensureAccount(db, identity, {}, { ...context, timeZone: context.rules.timeZone })
  }
  return db.transaction(async (tx) => {
    const sides = await lockSides(tx, [owner, identity], context.now)
    if (!sides || sides[0].accountId !== accountId) return { status: 'unknown_account' }
    const decision = decideLink(...sides, new Set())
    if (decision.status === 'merge') return { status: 'merge' }
    if (decision.status !== 'link') return decision
    const { survivor, loser } = decision
    const link = context.newId()
    await carryOver(tx, { survivor, loser, requestId: link }, context)
    const everybody = [...identitiesOf(sides[0]), ...identitiesOf(sides[1])]
    await writeLinkEvents(
      tx,
      [
        {
          accountId: survivor.accountId,
          type: 'account_linked',
          source: 'system',
          data: {
            platform: identity.platform,
            platforms: [owner.platform, identity.platform],
            carried_xp: loser.xp,
            proven: false,
          },
          key: `link:${link}`,
          tell: everybody,
        },
      ],
      context.newId,
    )
    const discord = everybody.find((one) => one.platform === 'discord')
    if (discord) await askRoles(tx, discord.id)
    return { status: 'linked', accountId: survivor.accountId }
  })
}
