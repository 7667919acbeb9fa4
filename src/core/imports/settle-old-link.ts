import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import { type Identity, PLATFORMS } from '../accounts/identity.js'
import { writeLinkEvents } from '../linking/link-events.js'
import type { LinkContext } from '../linking/link-request.js'
import { identitiesOf, isAdmin } from '../linking/link-side.js'
import { endSessionsOf } from '../merging/split-logins.js'
import { partIdentity } from './part-identity.js'

/** How an account that the old migration joined without proof was settled. */
export type SettleOldLink =
  | { status: 'kept' }
  /** Each further identity has an account of its own now. */
  | { status: 'parted'; stayed: Identity; parted: { identity: Identity; accountId: number }[] }
  /** Somebody settled it, or it is gone. */
  | { status: 'settled' }
  | { status: 'refused'; reason: 'admin_account' | 'closing' }

type Unproven = {
  accountId: number
  identities: Record<Identity['platform'], string | null>
  primary: Identity
}

/**
 * Settles such an account by an owner's word, and tells everybody. Keep: all its identities are one person. Part: they
 * are different people. Admins' accounts are settled by the command line only.
 */
export async function settleOldLink(
  tx: Tx,
  { accountId, by, decision }: { accountId: number; by: string; decision: 'keep' | 'part' },
  context: LinkContext,
): Promise<SettleOldLink> {
  const found = await lockUnproven(tx, accountId, by, context)
  if ('status' in found) return found
  await tx.updateTable('ttfd.accounts').set({ link_unproven: false }).where('id', '=', accountId).execute()
  return decision === 'keep' ? keep(tx, found, context) : part(tx, found, context)
}

/** The balance stays as it is. */
async function keep(tx: Tx, found: Unproven, { newId }: LinkContext): Promise<SettleOldLink> {
  const { accountId } = found
  const everybody = identitiesOf(found)
  await writeLinkEvents(
    tx,
    [
      {
        accountId,
        type: 'account_linked',
        source: 'system',
        data: {
          platform: found.primary.platform,
          platforms: everybody.map((identity) => identity.platform),
          carried_xp: 0,
          proven: true,
        },
        key: `link:old:${accountId}`,
        tell: everybody,
      },
    ],
    newId,
  )
  return { status: 'kept' }
}

/**
 * The identity where the account began keeps it, every other one gets an account of its own with what its store proves
 * and what it earned here since (part-identity.ts). Sums are conserved.
 */
async function part(tx: Tx, found: Unproven, context: LinkContext): Promise<SettleOldLink> {
  const { accountId, primary } = found
  const everybody = identitiesOf(found)
  const leaving = everybody.filter((identity) => identity.platform !== primary.platform)
  // Before the logins are taken apart: they lead to the sessions.
  await endSessionsOf(tx, accountId)
  const parted: { identity: Identity; accountId: number }[] = []
  for (const identity of leaving) {
    parted.push({ identity, accountId: await partIdentity(tx, { accountId, identity, everybody }, context) })
  }
  return { status: 'parted', stayed: primary, parted }
}

/** The account, locked, with the identity where it began; or why it is not to be settled. */
async function lockUnproven(
  tx: Tx,
  accountId: number,
  by: string,
  { admins }: LinkContext,
): Promise<Unproven | SettleOldLink> {
  const { rows } = await sql<{
    telegram: string | null
    discord: string | null
    website: string | null
    primary_platform: Identity['platform']
    closing: boolean
  }>`
    select u.telegram_id as telegram, u.discord_id as discord, u.website_email as website, u.primary_platform,
      exists (select from ttfd.deletions d where d.account_id = u.id) as closing
    from unified_users u join ttfd.accounts a on a.id = u.id
    where u.id = ${accountId} and a.link_unproven for update of u, a`.execute(tx)
  const row = rows[0]
  if (!row) return { status: 'settled' }
  const { telegram, discord, website } = row
  const identities = { telegram, discord, website }
  if (row.closing) return { status: 'refused', reason: 'closing' }
  if (!by.startsWith('cli:') && isAdmin({ identities }, admins)) {
    return { status: 'refused', reason: 'admin_account' }
  }
  const platform = [row.primary_platform, ...PLATFORMS].find((one) => identities[one] !== null)
  if (!platform) throw new Error('an account has an identity')
  return { accountId, identities, primary: { platform, id: identities[platform] ?? '' } }
}
