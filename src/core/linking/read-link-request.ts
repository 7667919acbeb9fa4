import type { Reader } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import type { Identity } from '../accounts/identity.js'
import { readPreview } from '../merging/merge-accounts.js'
import type { MergePreview } from '../merging/preview-merge.js'
import type { Rank } from '../progression/ranks.js'
import type { Rules } from '../progression/rules.js'
import { decideLink } from './decide-link.js'
import { type LinkFacts, readFacts } from './link-facts.js'
import {
  findRequest,
  isElsewhere,
  type LinkEnd,
  type LinkRequest,
  type LinkRole,
  roleOf,
} from './link-request.js'
import { type LinkSide, readSide } from './link-side.js'

export type ReadLink =
  | {
      status: 'open'
      role: LinkRole
      /** Whose answer is due. */
      turn: LinkRole
      /** Facts of the other side; its platform also says where its answer is given. */
      other: LinkFacts
      /** What a merge would make of both; null for a link, where one side has nothing to lose. */
      preview: LinkPreview | null
      expiresAt: Date
    }
  | { status: 'ended'; role: LinkRole; other: PlatformName; end: LinkEnd }
  | { status: 'not_yours' }

/** `session`: the website session that asks, where one does. */
type LinkReader = { request: string; who: Identity; session?: string; now: Date; rules: Rules }

/** What a participant may read of a request: the facts of the other side, and whose turn it is. */
export async function readLinkRequest(
  reader: Reader,
  { request: id, who, session, now, rules }: LinkReader,
): Promise<ReadLink> {
  const request = await findRequest(reader, id)
  const role = request && roleOf(request, who)
  if (!request || !role || isElsewhere(request, role, session)) return { status: 'not_yours' }
  const otherIdentity = role === 'owner' ? request.typist : request.owner
  const ended = (end: LinkEnd): ReadLink => ({ status: 'ended', role, other: otherIdentity.platform, end })
  if (request.end) return ended(request.end)
  if (request.expiresAt <= now) return ended({ status: 'expired' })
  const other = await readFacts(reader, otherIdentity, { now, rules })
  if (!other) return ended({ status: 'refused', reason: 'changed' })
  const turn = request.state === 'waits_typist' ? 'typist' : 'owner'
  const preview = await readLinkPreview(reader, request, role, { now, rules })
  return { status: 'open', role, turn, other, preview, expiresAt: request.expiresAt }
}

/** The preview of a merge as one side sees it. */
export type LinkPreview = {
  preview: MergePreview
  mine: 'survivor' | 'loser'
  /** Ranks of the preview, by id. */
  ranks: Record<number, Pick<Rank, 'tier' | 'star'>>
}

async function readLinkPreview(
  reader: Reader,
  request: LinkRequest,
  role: LinkRole,
  context: { now: Date; rules: Rules },
): Promise<LinkPreview | null> {
  if (!request.seen) return null
  const owner = await readSide(reader, request.owner, context.now)
  const typist = await readSide(reader, request.typist, context.now)
  if (!owner || !typist) return null
  const decision = decideLink(owner, typist, new Set())
  if (decision.status !== 'merge') return null
  return previewFor(reader, decision, role === 'owner' ? owner : typist, context)
}

/** What a merge would make of both, as one of the two sides sees it. */
export async function previewFor(
  reader: Reader,
  { survivor, loser }: { survivor: LinkSide; loser: LinkSide },
  own: LinkSide,
  context: { now: Date; rules: Rules },
): Promise<LinkPreview | null> {
  const pair = { survivor: survivor.accountId, loser: loser.accountId }
  const preview = await readPreview(reader, pair, context)
  if (!preview) return null
  return { preview, mine: survivor === own ? 'survivor' : 'loser', ranks: ranksOf(preview, context.rules) }
}

/** The ranks that a preview names. */
export function ranksOf(preview: MergePreview, rules: Rules): LinkPreview['ranks'] {
  const ids = Object.values(preview.rank)
  return Object.fromEntries(rules.ranks.filter(({ id }) => ids.includes(id)).map((rank) => [rank.id, rank]))
}
