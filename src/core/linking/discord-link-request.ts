import type { Database, Reader, Tx } from '../../db/connect.js'
import { cleanName } from '../accounts/clean-name.js'
import type { Identity } from '../accounts/identity.js'
import type { DiscordProfile } from '../website/discord-sign-in.js'
import { isUuid, type LinkContext, type LinkEnd, REQUEST_MINUTES, readEnd } from './link-request.js'

/**
 * Linking a Discord login by Discord's own sign-in (safety.md flow 2.3). Coming back from Discord opens one of these;
 * nothing else is written. The page shows both sides (`readDiscordLink`), and only its yes, given in the same session,
 * links or merges (`answerDiscordLink`).
 */
export type DiscordLinkRequest = {
  id: string
  sessionId: string
  discord: Identity
  username: string | null
  displayName: string
  expiresAt: Date
  /** The coins that the preview of a merge showed; null: a link that carries nothing but a welcome. */
  seen: { own: number; discord: number } | null
  end: LinkEnd | null
}

/** Opens the question for the session in which somebody went to Discord; a newer one replaces it. Returns its id. */
export async function openDiscordLink(
  db: Database,
  { sessionId, profile }: { sessionId: string; profile: DiscordProfile },
  { now, newId }: Pick<LinkContext, 'now' | 'newId'>,
): Promise<string> {
  const username = cleanName(profile.username)
  const row = {
    id: newId(),
    discord_id: profile.id,
    username,
    display_name: cleanName(profile.globalName) ?? username ?? 'Discord',
    created_at: now,
    expires_at: new Date(now.getTime() + REQUEST_MINUTES * 60_000),
    own_coins_seen: null,
    discord_coins_seen: null,
    ended_at: null,
    result: null,
  }
  await db.kysely
    .insertInto('ttfd.discord_link_requests')
    .values({ ...row, session_id: sessionId })
    .onConflict((oc) => oc.column('session_id').doUpdateSet(row))
    .execute()
  return row.id
}

/** The question of a session; null when it has none. `lock`: for whoever is about to end it. */
export async function findDiscordLink(
  reader: Reader | Tx,
  sessionId: string,
  lock = false,
): Promise<DiscordLinkRequest | null> {
  let query = reader.selectFrom('ttfd.discord_link_requests').selectAll().where('session_id', '=', sessionId)
  if (lock) query = query.forUpdate()
  const row = await query.executeTakeFirst()
  if (!row) return null
  const { own_coins_seen: own, discord_coins_seen: discord } = row
  return {
    id: row.id,
    sessionId: row.session_id,
    discord: { platform: 'discord', id: row.discord_id },
    username: row.username,
    displayName: row.display_name,
    expiresAt: row.expires_at,
    seen: own === null || discord === null ? null : { own, discord },
    end: row.result ? readEnd(row.result) : null,
  }
}

/** Writes down what the preview is about to show. */
export async function seeDiscordLink(
  reader: Reader | Tx,
  id: string,
  seen: { own: number; discord: number },
): Promise<void> {
  await reader
    .updateTable('ttfd.discord_link_requests')
    .set({ own_coins_seen: seen.own, discord_coins_seen: seen.discord })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute()
}

/** Ends a question by one UPDATE; false when somebody else ended it first, and then nothing may follow. */
export async function endDiscordLink(tx: Tx, id: string, end: LinkEnd, now: Date): Promise<boolean> {
  if (!isUuid(id)) return false
  const used = await tx
    .updateTable('ttfd.discord_link_requests')
    .set({ ended_at: now, result: JSON.stringify(end) })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return used !== undefined
}
