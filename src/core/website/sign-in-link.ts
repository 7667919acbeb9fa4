import { sql } from 'kysely'
import type { Reader, Tx } from '../../db/connect.js'
import type { SignInOutcome } from '../../db/tables/sign-in.js'
import { type Device, deviceFrom } from './device.js'
import { hashBrowser, hashToken, isToken, numberFor } from './sign-in-token.js'

/** A browser that opened a sign-in link: the secret of its cookie and what it calls itself. */
export type LinkBrowser = { seed: string; device: Device }

/** What a browser may see of a sign-in link. */
export type SeenLink =
  /** Unknown, over, or another's: one answer for all of them. */
  | { status: 'gone' }
  | { status: 'open'; kind: 'telegram' | 'operator'; accountId: number; displayName: string; number: number }
  /** Another browser has taken it up. */
  | { status: 'taken'; device: Device }
  /** The question stands in the chat. */
  | { status: 'waiting'; displayName: string; number: number; expiresAt: Date }
  | { status: 'approved'; displayName: string }
  /** It ended in this browser. */
  | { status: 'ended'; outcome: SignInOutcome }

export type LinkKeys = { now: Date; key: string }

/** Looks at a link and uses nothing up: previews of chats look too. */
export async function seeLink(
  reader: Reader,
  token: string,
  browser: LinkBrowser,
  { now, key }: LinkKeys,
): Promise<SeenLink> {
  const row = await findLink(reader, token, key)
  if (!row) return { status: 'gone' }
  const mine = row.browser_hash?.equals(hashBrowser(browser.seed, key)) ?? false
  if (row.ended_at !== null)
    return mine && row.outcome ? { status: 'ended', outcome: row.outcome } : { status: 'gone' }
  if (row.expires_at <= now) return mine ? { status: 'ended', outcome: 'expired' } : { status: 'gone' }
  const { displayName } = row
  if (row.browser_hash === null) {
    const number = numberFor(token, browser.seed, key)
    return { status: 'open', kind: row.kind, accountId: row.account_id, displayName, number }
  }
  if (!mine) return { status: 'taken', device: deviceFrom(row.device) }
  if (row.approved_at !== null) return { status: 'approved', displayName }
  return { status: 'waiting', displayName, number: row.number ?? 0, expiresAt: row.expires_at }
}

/** The row of a token with the name of the account that it opens; null for what is no token of ours. */
export async function findLink(reader: Reader | Tx, token: string, key: string, lock = false) {
  if (!isToken(token)) return null
  let query = reader
    .selectFrom('ttfd.sign_in_links as k')
    .innerJoin('unified_users as u', (join) =>
      join.on('u.id', '=', sql<number>`ttfd.living_account(k.account_id)`),
    )
    .selectAll('k')
    .select(['u.display_name as displayName', 'u.id as livingId'])
    .where('k.token_hash', '=', hashToken(token, key))
  if (lock) query = query.forUpdate(['k'])
  return (await query.executeTakeFirst()) ?? null
}

/** Ends the open links of a Telegram person. */
export async function endLinks(tx: Tx, telegramId: string, outcome: SignInOutcome, now: Date): Promise<void> {
  await tx
    .updateTable('ttfd.sign_in_links')
    .set({ ended_at: now, outcome })
    .where('telegram_id', '=', telegramId)
    .where('ended_at', 'is', null)
    .execute()
}
