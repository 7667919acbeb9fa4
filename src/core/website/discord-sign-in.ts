import type { Database } from '../../db/connect.js'
import { cleanName } from '../accounts/clean-name.js'
import { type EnsureContext, ensureAccount } from '../accounts/ensure-account.js'
import { isReservedEmail } from './placeholder-email.js'
import { openPlatformLogin } from './platform-login.js'
import { attachEmail } from './website-email.js'

/** What Discord says of the person who came back from it. Only the id is proof; the rest are claims. */
export type DiscordProfile = {
  id: string
  username: string
  globalName: string | null
  locale: string | null
  /** The address, when Discord has checked it; else null. */
  verifiedEmail: string | null
}

/**
 * Makes everything that a Discord sign-in needs, so that what follows only finds it: the account that the Discord id
 * has (a bot's, if a bot knows it; never a second one, never one with the same address), and its website login.
 */
export async function openDiscordLogin(
  db: Database,
  profile: DiscordProfile,
  context: EnsureContext,
): Promise<{ userId: string; accountId: number }> {
  const { newId } = context
  const identity = { platform: 'discord', id: profile.id } as const
  const displayName = profile.globalName ?? profile.username
  const facts = { username: profile.username, displayName, locale: profile.locale, claimed: true }
  const { accountId } = await ensureAccount(db, identity, facts, context)
  const name = cleanName(displayName) ?? 'Discord'
  const { userId } = await openPlatformLogin(db, identity, { accountId, name, newId })
  const email = profile.verifiedEmail?.toLowerCase() ?? null
  if (email !== null && !isReservedEmail(email)) {
    await db.transaction((tx) => attachEmail(tx, { accountId, email, by: 'discord' }, newId, db.keyedHash))
  }
  return { userId, accountId }
}
