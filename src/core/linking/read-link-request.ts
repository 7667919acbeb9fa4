import type { Reader } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { findAccountId } from '../accounts/find-account.js'
import type { Identity } from '../accounts/identity.js'
import { type Rank, rankFor } from '../progression/ranks.js'
import type { Rules } from '../progression/rules.js'
import { findRequest, type LinkEnd, type LinkRole, roleOf } from './link-request.js'

/** What one side sees of the other before it says yes. A name alone can be copied, so there is more than a name. */
export type LinkFacts = {
  platform: PlatformName
  /** `@username`, without the sign; null when the platform knows none. */
  username: string | null
  displayName: string
  lastDigits: string
  knownSince: Date
  lastSeen: Date
  rank: Rank
  xp: number
  coins: number
}

export type ReadLink =
  | {
      status: 'open'
      role: LinkRole
      /** Whose answer is due. */
      turn: LinkRole
      /** Facts of the other side; its platform also says where its answer is given. */
      other: LinkFacts
      expiresAt: Date
    }
  | { status: 'ended'; role: LinkRole; other: PlatformName; end: LinkEnd }
  | { status: 'not_yours' }

/** What a participant may read of a request: the facts of the other side, and whose turn it is. */
export async function readLinkRequest(
  reader: Reader,
  { request: id, who, now, rules }: { request: string; who: Identity; now: Date; rules: Rules },
): Promise<ReadLink> {
  const request = await findRequest(reader, id)
  const role = request && roleOf(request, who)
  if (!request || !role) return { status: 'not_yours' }
  const otherIdentity = role === 'owner' ? request.typist : request.owner
  const ended = (end: LinkEnd): ReadLink => ({ status: 'ended', role, other: otherIdentity.platform, end })
  if (request.end) return ended(request.end)
  if (request.expiresAt <= now) return ended({ status: 'expired' })
  const other = await readFacts(reader, otherIdentity, rules)
  if (!other) return ended({ status: 'refused', reason: 'changed' })
  const turn = request.state === 'waits_typist' ? 'typist' : 'owner'
  return { status: 'open', role, turn, other, expiresAt: request.expiresAt }
}

async function readFacts(reader: Reader, identity: Identity, rules: Rules): Promise<LinkFacts | null> {
  const accountId = await findAccountId(reader, identity)
  if (accountId === null) return null
  const row = await reader
    .selectFrom('unified_users as u')
    .innerJoin('ttfd.identities as i', (join) =>
      join.on('i.platform', '=', identity.platform).on('i.platform_id', '=', identity.id),
    )
    .select(['u.display_name', 'u.xp', 'u.coins', 'i.username', 'i.known_since', 'i.last_seen_at'])
    .where('u.id', '=', accountId)
    .executeTakeFirst()
  if (!row) return null
  return {
    platform: identity.platform,
    username: row.username,
    displayName: row.display_name,
    lastDigits: identity.id.slice(-4),
    knownSince: row.known_since,
    lastSeen: row.last_seen_at,
    rank: rankFor(row.xp, rules.ranks),
    xp: row.xp,
    coins: row.coins,
  }
}
