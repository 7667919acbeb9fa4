import type { Database } from '../../db/connect.js'
import { findAccountId } from '../accounts/find-account.js'
import { readPreview } from '../merging/merge-accounts.js'
import { coinsSeen } from '../merging/preview-merge.js'
import { actingIdentity } from '../website/acting-identity.js'
import type { Visitor } from '../website/sessions.js'
import { decideDiscordLink } from './decide-discord-link.js'
import type { LinkRefusal } from './decide-link.js'
import { findDiscordLink, seeDiscordLink } from './discord-link-request.js'
import { type LinkFacts, readFacts } from './link-facts.js'
import type { LinkContext, LinkEnd } from './link-request.js'
import { readSide } from './link-side.js'
import { type LinkPreview, ranksOf } from './read-link-request.js'

/** Who somebody is at Discord whom nobody here knows yet. */
type NewcomerFacts = { username: string | null; displayName: string; lastDigits: string }

export type ReadDiscordLink =
  /** The session asked nothing, or another question since. */
  | { status: 'none' }
  | { status: 'ended'; end: LinkEnd }
  | {
      status: 'open'
      request: string
      expiresAt: Date
      /** Who the session is; null: a login that opens nothing yet. */
      own: LinkFacts | null
      theirs: LinkFacts | NewcomerFacts
      preview: LinkPreview | null
      /** It would be refused: said before anybody presses. */
      refusal: LinkRefusal | null
    }

/** Both sides as the page shows them: "here you are W, Discord says you are D". Writes down which coins it showed. */
export async function readDiscordLink(
  db: Database,
  visitor: Visitor,
  context: Omit<LinkContext, 'newId'>,
): Promise<ReadDiscordLink> {
  const reader = db.kysely
  const { now, rules, admins } = context
  const request = await findDiscordLink(reader, visitor.sessionId)
  if (!request) return { status: 'none' }
  if (request.end) return { status: 'ended', end: request.end }
  if (request.expiresAt <= now) return { status: 'ended', end: { status: 'expired' } }
  const { discord, username, displayName } = request
  const known = await findAccountId(reader, discord)
  const theirs = (known === null ? null : await readFacts(reader, discord, context)) ?? {
    username,
    displayName,
    lastDigits: discord.id.slice(-4),
  }
  const open = { status: 'open', request: request.id, expiresAt: request.expiresAt, theirs } as const
  const who = await actingIdentity(reader, visitor)
  if (!who) return { ...open, own: null, preview: null, refusal: null }
  const own = await readFacts(reader, who, context)
  const side = await readSide(reader, who, now)
  const other = await readSide(reader, discord, now)
  if (!own || !side) return { status: 'ended', end: { status: 'refused', reason: 'changed' } }
  const decision = decideDiscordLink(request, side, other, admins)
  if (decision.status !== 'merge' || !other) {
    return { ...open, own, preview: null, refusal: decision.status === 'refused' ? decision : null }
  }
  await seeDiscordLink(reader, request.id, { own: coinsSeen(side), discord: coinsSeen(other) })
  const pair = { survivor: decision.survivor.accountId, loser: decision.loser.accountId }
  const preview = await readPreview(reader, pair, { now, rules })
  const mine = decision.survivor === side ? 'survivor' : 'loser'
  return {
    ...open,
    own,
    preview: preview && { preview, mine, ranks: ranksOf(preview, rules) },
    refusal: null,
  }
}
