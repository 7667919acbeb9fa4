import type { Database, Reader } from '../../db/connect.js'
import { findAccountId } from '../accounts/find-account.js'
import { writeLinkEvents } from '../linking/link-events.js'
import { type Device, deviceFrom } from './device.js'
import { openPlatformLogin } from './platform-login.js'
import {
  endLinks,
  findLink,
  type LinkBrowser,
  type LinkKeys,
  type SeenLink,
  seeLink,
} from './sign-in-link.js'
import { drawChoices, drawToken, hashBrowser, hashToken, numberFor } from './sign-in-token.js'

const TELEGRAM_LINK_MINUTES = 5
/** How long the browser may take to enter once the answer was right. */
const ENTER_SECONDS = 60

export type LinkContext = LinkKeys & {
  newId: () => string
  /** 0 to n - 1 from a safe source. */
  random: (n: number) => number
}

export type IssuedLink = { status: 'issued'; token: string; expiresAt: Date } | { status: 'unknown_account' }

/**
 * Gives a Telegram person a link of one use and five minutes that signs him in on the website, after he has answered in
 * his chat. It replaces his earlier links. Only a keyed hash is stored.
 */
export async function issueTelegramLink(
  db: Database,
  telegramId: string,
  { now, key, newId, random }: LinkContext,
): Promise<IssuedLink> {
  const token = drawToken(random)
  const expiresAt = new Date(now.getTime() + TELEGRAM_LINK_MINUTES * 60_000)
  return db.transaction(async (tx) => {
    const accountId = await findAccountId(tx, { platform: 'telegram', id: telegramId })
    if (accountId === null) return { status: 'unknown_account' }
    // The account's lock: two presses at once leave one open link, not two.
    await tx.selectFrom('unified_users').select('id').where('id', '=', accountId).forUpdate().execute()
    await endLinks(tx, telegramId, 'replaced', now)
    await tx
      .insertInto('ttfd.sign_in_links')
      .values({
        id: newId(),
        kind: 'telegram',
        token_hash: hashToken(token, key),
        telegram_id: telegramId,
        account_id: accountId,
        created_at: now,
        expires_at: expiresAt,
        browser_hash: null,
        number: null,
        choices: null,
        outcome: null,
      })
      .execute()
    return { status: 'issued', token, expiresAt }
  })
}

/**
 * Binds a link to the one browser that pressed the button on its page and asks the person in his chat. No session yet.
 * Pressed again it changes nothing; a second browser gets what `seeLink` tells it.
 */
export async function takeUpLink(
  db: Database,
  token: string,
  browser: LinkBrowser,
  context: LinkContext,
): Promise<SeenLink> {
  const { now, key, newId, random } = context
  await db.transaction(async (tx) => {
    const row = await findLink(tx, token, key, true)
    if (!row?.telegram_id || row.ended_at !== null || row.expires_at <= now || row.bound_at !== null) return
    const number = numberFor(token, browser.seed, key)
    await tx
      .updateTable('ttfd.sign_in_links')
      .set({
        browser_hash: hashBrowser(browser.seed, key),
        device: JSON.stringify(browser.device),
        number,
        choices: drawChoices(number, random),
        bound_at: now,
      })
      .where('id', '=', row.id)
      .execute()
    const event = {
      accountId: row.livingId,
      type: 'sign_in_asked',
      source: 'website',
      data: { request: row.id },
      key: `sign_in_asked:${row.id}`,
      tell: [{ platform: 'telegram', id: row.telegram_id }],
    } as const
    await writeLinkEvents(tx, [event], newId)
  })
  return seeLink(db.kysely, token, browser, context)
}

/** The question as the chat asks it; null when nothing waits (any more). */
export async function readSignInQuestion(
  reader: Reader,
  { linkId, telegramId, now }: { linkId: string; telegramId: string; now: Date },
): Promise<{ device: Device; choices: number[]; expiresAt: Date } | null> {
  const row = await reader
    .selectFrom('ttfd.sign_in_links')
    .select(['device', 'choices', 'expires_at'])
    .where('id', '=', linkId)
    .where('telegram_id', '=', telegramId)
    .where('bound_at', 'is not', null)
    .where('approved_at', 'is', null)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row?.choices
    ? { device: deviceFrom(row.device), choices: row.choices, expiresAt: row.expires_at }
    : null
}

export type AnsweredLink =
  | { status: 'approved' }
  /** The number was another: this link and all other open ones of the person are dead. */
  | { status: 'wrong_number' }
  | { status: 'refused' }
  /** Nothing waits for this answer: unknown, another's, answered or run out. */
  | { status: 'over' }

/** Takes the answer that was pressed in the chat: one of the three numbers, or *Not me*. */
export async function answerSignIn(
  db: Database,
  { linkId, telegramId, answer }: { linkId: string; telegramId: string; answer: number | 'not_me' },
  { now }: { now: Date },
): Promise<AnsweredLink> {
  return db.transaction(async (tx) => {
    const row = await tx
      .selectFrom('ttfd.sign_in_links')
      .select(['id', 'number', 'approved_at', 'bound_at', 'ended_at', 'expires_at'])
      .where('id', '=', linkId)
      .where('telegram_id', '=', telegramId)
      .forUpdate()
      .executeTakeFirst()
    if (!row || row.bound_at === null || row.ended_at !== null || row.expires_at <= now)
      return { status: 'over' }
    // Taking a yes back works as long as nobody has entered.
    if (row.approved_at !== null && answer !== 'not_me') return { status: 'over' }
    if (answer === row.number) {
      await tx
        .updateTable('ttfd.sign_in_links')
        .set({ approved_at: now, expires_at: new Date(now.getTime() + ENTER_SECONDS * 1000) })
        .where('id', '=', row.id)
        .execute()
      return { status: 'approved' }
    }
    const outcome = answer === 'not_me' ? 'refused' : 'wrong_number'
    await tx
      .updateTable('ttfd.sign_in_links')
      .set({ ended_at: now, outcome })
      .where('id', '=', row.id)
      .execute()
    await endLinks(tx, telegramId, 'refused', now)
    return { status: outcome }
  })
}

export type EnteredLink =
  | { status: 'entered'; linkId: string; userId: string; accountId: number; telegramId: string }
  | { status: 'not_yet' }

/** Uses an approved link up, once, in the browser that took it up. What comes next makes the session. */
export async function enterByTelegramLink(
  db: Database,
  token: string,
  browser: LinkBrowser,
  { now, key, newId }: LinkKeys & { newId: () => string },
): Promise<EnteredLink> {
  const used = await db.transaction(async (tx) => {
    const row = await findLink(tx, token, key, true)
    const mine = row?.browser_hash?.equals(hashBrowser(browser.seed, key)) ?? false
    if (
      !row?.telegram_id ||
      !mine ||
      row.approved_at === null ||
      row.ended_at !== null ||
      row.expires_at <= now
    )
      return null
    // The identity as of now: it may have left the account since the link was given.
    const accountId = await findAccountId(tx, { platform: 'telegram', id: row.telegram_id })
    await tx
      .updateTable('ttfd.sign_in_links')
      .set({ ended_at: now, outcome: accountId === null ? 'refused' : 'entered' })
      .where('id', '=', row.id)
      .execute()
    return accountId === null
      ? null
      : { linkId: row.id, accountId, telegramId: row.telegram_id, name: row.displayName }
  })
  if (!used) return { status: 'not_yet' }
  const { accountId, telegramId, name, linkId } = used
  const { userId } = await openPlatformLogin(
    db,
    { platform: 'telegram', id: telegramId },
    { accountId, name, newId },
  )
  return { status: 'entered', linkId, userId, accountId, telegramId }
}
