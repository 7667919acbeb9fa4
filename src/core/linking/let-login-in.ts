import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import { findAccountId } from '../accounts/find-account.js'
import { identityKey } from '../accounts/identity.js'
import { settlePlatformLogin } from '../website/platform-login.js'
import { openClosedLogin } from '../website/unproven-emails.js'
import type { DiscordLinkRequest } from './discord-link-request.js'
import { writeLinkEvents } from './link-events.js'
import type { LinkContext, LinkEnd } from './link-request.js'
import { identitiesOf, isAdmin, readSide } from './link-side.js'

/**
 * Lets a login that opens nothing yet (its address is proven by nobody, or an old store only claimed it) into the
 * account of the Discord user who has just signed in from it. The address stays unproven; with the Discord it goes.
 */
export async function letLoginIn(
  tx: Tx,
  { request, userId }: { request: DiscordLinkRequest; userId: string },
  { now, admins, newId }: LinkContext,
): Promise<Extract<LinkEnd, { status: 'linked' | 'refused' }>> {
  const { discord } = request
  const accountId = await findAccountId(tx, discord)
  if (admins.has(identityKey(discord))) return { status: 'refused', reason: 'admin_account' }
  if (accountId === null) return { status: 'refused', reason: 'changed' }
  await tx.selectFrom('unified_users').select('id').where('id', '=', accountId).forUpdate().execute()
  const side = await readSide(tx, discord, now)
  if (side?.accountId !== accountId) return { status: 'refused', reason: 'changed' }
  if (isAdmin(side, admins)) return { status: 'refused', reason: 'admin_account' }
  const opened = await openClosedLogin(tx, { userId, discordId: discord.id })
  if (opened.status === 'not_closed') {
    const { rows } = await sql`
      insert into ttfd.website_accounts (website_user_id, account_id)
      select id, ${accountId} from ttfd.website_users where id = ${userId} and not email_verified
      on conflict (website_user_id) do nothing returning account_id`.execute(tx)
    if (rows.length === 0) return { status: 'refused', reason: 'changed' }
  }
  await settlePlatformLogin(
    tx,
    { platform: 'discord', id: discord.id },
    { accountId, name: request.displayName, newId },
  )
  await writeLinkEvents(
    tx,
    [
      {
        accountId,
        type: 'account_linked',
        source: 'website',
        data: { platform: 'website', platforms: ['website', 'discord'], carried_xp: 0, proven: false },
        key: `link:${request.id}`,
        tell: identitiesOf(side),
      },
    ],
    newId,
  )
  return { status: 'linked', accountId, platforms: ['website', 'discord'], carriedXp: 0 }
}
