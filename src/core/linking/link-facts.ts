import type { Reader } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { findAccountId } from '../accounts/find-account.js'
import type { Identity } from '../accounts/identity.js'
import { type Rank, rankFor } from '../progression/ranks.js'
import type { Rules } from '../progression/rules.js'
import { readRestriction } from '../restrictions/read-restriction.js'
import type { RestrictionKind } from '../restrictions/restriction.js'
import { maskEmail } from '../website/placeholder-email.js'

/** What one side sees of the other before it says yes. A name alone can be copied, so there is more than a name. */
export type LinkFacts = {
  /** For its picture; shown to nobody. */
  accountId: number
  platform: PlatformName
  /** `@username`, without the sign; null when the platform knows none. */
  username: string | null
  displayName: string
  /** The last four digits of the id; of an address how it begins and where it is (`m***@example.org`). */
  lastDigits: string
  knownSince: Date
  lastSeen: Date
  rank: Rank
  xp: number
  coins: number
  /** What an operator took from this side; of two that become one the strictest holds. Null: nothing. */
  restricted: RestrictionKind | null
}

/** The facts of the side that an identity stands for; null when it has no account. */
export async function readFacts(
  reader: Reader,
  identity: Identity,
  { now, rules }: { now: Date; rules: Rules },
): Promise<LinkFacts | null> {
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
    accountId,
    platform: identity.platform,
    username: row.username,
    displayName: row.display_name,
    lastDigits: hintOf(identity),
    knownSince: row.known_since,
    lastSeen: row.last_seen_at,
    rank: rankFor(row.xp, rules.ranks),
    xp: row.xp,
    coins: row.coins,
    restricted: (await readRestriction(reader, accountId, now))?.kind ?? null,
  }
}

/** What of an id may be shown to whoever is asked about it: enough to know it, too little to use it. */
function hintOf({ platform, id }: Identity): string {
  return platform === 'website' ? maskEmail(id) : id.slice(-4)
}
