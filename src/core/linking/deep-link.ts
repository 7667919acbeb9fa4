import { createHmac } from 'node:crypto'
import type { Database, Reader, Tx } from '../../db/connect.js'
import type { DeepLinkOutcome } from '../../db/tables/deep-links.js'
import { findAccountId } from '../accounts/find-account.js'
import type { Identity } from '../accounts/identity.js'
import type { Device } from '../website/device.js'
import { isToken } from '../website/sign-in-token.js'
import { type LinkContext, REQUEST_MINUTES } from './link-request.js'

/**
 * Deep links between the website and the Telegram bot (safety.md flow 2.2). Both ends are a request as a typed code
 * opens one, with the link's maker as its owner, who answers last:
 *
 * - A page makes one (`issueSiteLink`) and waits (`seeSiteLink`). Whoever presses it in the bot (`pressSiteLink`) is shown
 *   the website's side and three numbers; the page shows one. The right one (`answerSiteLink`) is his yes.
 * - The bot makes one (`issueBotLink`). A signed-in page shows who made it (`seeBotLink`) and, on a press, opens the
 *   question (`openBotLink`); the website answers first, the bot last.
 */
export type DeepLinkKeys = { now: Date; key: string }

const TOKEN_BYTES = 16
/** A page may have been left open in the background. */
const LIVES_MS = REQUEST_MINUTES * 60_000

/** The token of a link. It follows from the link's id and the key, so that a page can show it again and no row holds it. */
function deepTokenOf(id: string, key: string): string {
  const digest = createHmac('sha256', key).update(`deep link:${id}`).digest()
  return digest.subarray(0, TOKEN_BYTES).toString('base64url')
}

function hashDeepToken(token: string, key: string): Buffer {
  return createHmac('sha256', key).update(`deep token:${token}`).digest()
}

type Maker = { who: Identity; accountId: number }

/** Makes a link for the page of one session; it replaces the session's earlier ones. Returns when it runs out. */
export async function issueSiteLink(
  db: Database,
  { who, accountId, sessionId, device }: Maker & { sessionId: string; device: Device },
  { now, key, newId }: DeepLinkKeys & Pick<LinkContext, 'newId'>,
): Promise<Date> {
  return db.transaction(async (tx) => {
    // The session's lock: two presses at once leave one open link.
    await tx
      .selectFrom('ttfd.website_sessions')
      .select('id')
      .where('id', '=', sessionId)
      .forUpdate()
      .execute()
    await tx
      .updateTable('ttfd.deep_links')
      .set({ ended_at: now, outcome: 'replaced' })
      .where('session_id', '=', sessionId)
      .where('ended_at', 'is', null)
      .execute()
    const row = rowFor({ who, accountId }, newId(), { now, key })
    await tx
      .insertInto('ttfd.deep_links')
      .values({ ...row, kind: 'site', session_id: sessionId, device: JSON.stringify(device) })
      .execute()
    return row.expires_at
  })
}

/** Makes a link for a Telegram person to open on the website; it replaces his earlier ones. Null: he has no account. */
export async function issueBotLink(
  db: Database,
  who: Identity,
  { now, key, newId }: DeepLinkKeys & Pick<LinkContext, 'newId'>,
): Promise<string | null> {
  return db.transaction(async (tx) => {
    const accountId = await findAccountId(tx, who)
    if (accountId === null) return null
    await tx.selectFrom('unified_users').select('id').where('id', '=', accountId).forUpdate().execute()
    await tx
      .updateTable('ttfd.deep_links')
      .set({ ended_at: now, outcome: 'replaced' })
      .where('kind', '=', 'telegram')
      .where('platform', '=', who.platform)
      .where('platform_id', '=', who.id)
      .where('ended_at', 'is', null)
      .execute()
    const row = rowFor({ who, accountId }, newId(), { now, key })
    await tx
      .insertInto('ttfd.deep_links')
      .values({ ...row, kind: 'telegram', session_id: null })
      .execute()
    return deepTokenOf(row.id, key)
  })
}

function rowFor({ who, accountId }: Maker, id: string, { now, key }: DeepLinkKeys) {
  return {
    id,
    token_hash: hashDeepToken(deepTokenOf(id, key), key),
    platform: who.platform,
    platform_id: who.id,
    account_id: accountId,
    created_at: now,
    expires_at: new Date(now.getTime() + LIVES_MS),
    telegram_id: null,
    number: null,
    choices: null,
    outcome: null,
  }
}

/** What the waiting page shows. */
export type SeenSiteLink =
  | { status: 'none' }
  /** Nobody has pressed it yet. */
  | { status: 'open'; token: string; expiresAt: Date }
  /** Somebody pressed it: the chat asks for this number. */
  | { status: 'asked'; number: number; expiresAt: Date }
  /** The chat said yes: the page asks last. */
  | { status: 'answered'; request: string }
  | { status: 'over'; outcome: Exclude<DeepLinkOutcome, 'answered'> | 'expired' }

/** The newest link of a session, for that session alone. */
export async function seeSiteLink(
  reader: Reader,
  sessionId: string,
  { now, key }: DeepLinkKeys,
): Promise<SeenSiteLink> {
  const row = await reader
    .selectFrom('ttfd.deep_links')
    .selectAll()
    .where('session_id', '=', sessionId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return { status: 'none' }
  if (row.outcome === 'answered')
    return row.request_id ? { status: 'answered', request: row.request_id } : { status: 'none' }
  if (row.outcome !== null) return { status: 'over', outcome: row.outcome }
  if (row.expires_at <= now) return { status: 'over', outcome: 'expired' }
  const expiresAt = row.expires_at
  if (row.number !== null) return { status: 'asked', number: row.number, expiresAt }
  return { status: 'open', token: deepTokenOf(row.id, key), expiresAt }
}

export type DeepLinkRow = NonNullable<Awaited<ReturnType<typeof findDeepLink>>>

/** An open link by its token or its id; null for any other, and nobody learns which. `lock`: for whoever moves it on. */
export async function findDeepLink(
  reader: Reader | Tx,
  by: { token: string; kind: 'site' | 'telegram' } | { id: string; telegramId: string },
  { now, key }: DeepLinkKeys,
  lock = false,
) {
  if ('token' in by && !isToken(by.token)) return null
  let query = reader
    .selectFrom('ttfd.deep_links')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
  query =
    'token' in by
      ? query.where('token_hash', '=', hashDeepToken(by.token, key)).where('kind', '=', by.kind)
      : query.where('id', '=', by.id).where('telegram_id', '=', by.telegramId)
  if (lock) query = query.forUpdate()
  return (await query.executeTakeFirst()) ?? null
}

/** Uses a link up. */
export async function endDeepLink(
  tx: Tx,
  id: string,
  end: { outcome: DeepLinkOutcome; request: string | null },
  now: Date,
): Promise<void> {
  await tx
    .updateTable('ttfd.deep_links')
    .set({ ended_at: now, outcome: end.outcome, request_id: end.request })
    .where('id', '=', id)
    .execute()
}

/** Who made a link. */
export function makerOf(row: Pick<DeepLinkRow, 'platform' | 'platform_id'>): Identity {
  return { platform: row.platform, id: row.platform_id }
}
