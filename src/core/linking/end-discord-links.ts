import type { Database, Tx } from '../../db/connect.js'
import { type DiscordLinkRequest, endDiscordLink, findDiscordLink } from './discord-link-request.js'
import { writeLinkEvents } from './link-events.js'
import type { LinkContext, LinkEnd } from './link-request.js'
import { identitiesOf, type LinkSide, readSide } from './link-side.js'

/** Tells every identity of both accounts that somebody wanted them to be one, and that nothing came of it. */
export async function tellDiscordLinkEnd(
  tx: Tx,
  request: DiscordLinkRequest,
  end: LinkEnd,
  [own, theirs]: readonly [LinkSide | null, LinkSide | null],
  newId: () => string,
): Promise<void> {
  const sides = [own, theirs].filter((side) => side !== null)
  const accounts = new Map(sides.map((side) => [side.accountId, side]))
  await writeLinkEvents(
    tx,
    [...accounts].map(([accountId, side]) => ({
      accountId,
      type: 'link_refused' as const,
      source: 'website' as const,
      data: {
        role: 'typist',
        platform: side === own ? 'discord' : 'website',
        end: JSON.parse(JSON.stringify(end)) as unknown,
      },
      key: `link:${request.id}:ended:${accountId}`,
      tell: identitiesOf(side),
    })),
    newId,
  )
}

/** Ends questions whose ten minutes are over and tells the Discord side; returns how many. Made for a timer. */
export async function expireDiscordLinks(
  db: Database,
  { now, newId }: Pick<LinkContext, 'now' | 'newId'>,
  limit = 100,
): Promise<number> {
  const due = await db.kysely
    .selectFrom('ttfd.discord_link_requests')
    .select(['session_id'])
    .where('ended_at', 'is', null)
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
    .execute()
  let ended = 0
  for (const { session_id } of due) {
    await db.transaction(async (tx) => {
      const request = await findDiscordLink(tx, session_id, true)
      if (!request || request.end || request.expiresAt > now) return
      const end: LinkEnd = { status: 'expired' }
      if (!(await endDiscordLink(tx, request.id, end, now))) return
      await tellDiscordLinkEnd(tx, request, end, [null, await readSide(tx, request.discord, now)], newId)
      ended += 1
    })
  }
  return ended
}
