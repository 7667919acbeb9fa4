import { sql } from 'kysely'
import type { Database, Tx } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { type Identity, identityKey } from '../accounts/identity.js'
import { decideLink, type LinkRefusal } from './decide-link.js'
import { countTry } from './link-attempts.js'
import { addressSubject, hashCode, readCode } from './link-code.js'
import { isSame, type LinkContext } from './link-request.js'
import { readSide } from './link-side.js'
import { isOpenable, openEndedRequest, openRequest } from './open-request.js'

export type TypeLinkCode =
  /** Nothing is linked yet: show the owner's facts (`readLinkRequest`) and ask the typist. */
  | { status: 'opened'; request: string; expiresAt: Date }
  /** Wrong, used, burnt, replaced and expired alike. */
  | { status: 'wrong_code' }
  | { status: 'too_many_tries'; until: Date }
  /** The typist's own code: it stays good, it belongs on another platform. */
  | { status: 'own_code' }
  | { status: 'already_linked' }
  | ({ status: 'refused' } & LinkRefusal)
  /** The typist has no account yet: make it first (`ensureAccount`). */
  | { status: 'unknown_account' }

export type TypedCode = {
  typist: Identity
  /** As it was typed. */
  typed: string
  /** The network address that the try came from, where the platform knows one; stored as a keyed hash only. */
  address?: string
}

/**
 * Takes a code that somebody typed in private. A right one is spent and opens a request that both sides must confirm
 * within ten minutes; nothing is linked here. Every try counts for the typist (and the address), never for the code.
 */
export async function typeLinkCode(
  db: Database,
  { typist, typed, address }: TypedCode,
  context: LinkContext & { key: Buffer },
): Promise<TypeLinkCode> {
  const { now, key, admins } = context
  if (admins.has(identityKey(typist))) return { status: 'refused', reason: 'admin_account' }
  const subjects = [identityKey(typist), ...(address === undefined ? [] : [addressSubject(address, key)])]
  return db.transaction(async (tx) => {
    const typistSide = await readSide(tx, typist, now)
    if (!typistSide) return { status: 'unknown_account' }
    const counted = await countTry(tx, subjects, now)
    if (counted.status === 'too_many') return { status: 'too_many_tries', until: counted.until }

    const owner = await spendCode(tx, typed, typist, { now, key })
    if (owner === null) return { status: 'wrong_code' }
    if (isSame(owner, typist)) return { status: 'own_code' }
    const ownerSide = await readSide(tx, owner, now)
    if (!ownerSide) return { status: 'wrong_code' }

    const decision = decideLink(ownerSide, typistSide, admins)
    if (decision.status === 'already_linked') return decision
    if (isOpenable(decision)) {
      const sides = { owner: ownerSide, typist: typistSide }
      const request = await openRequest(tx, sides, decision.status === 'merge', context)
      return { status: 'opened', request: request.id, expiresAt: request.expiresAt }
    }
    // The code's owner learns that it was typed, and why nothing came of it.
    await openEndedRequest(tx, { owner: ownerSide, typist: typistSide }, decision, context)
    return decision
  })
}

/** Spends a good code and returns whose it was; one's own is returned unspent. A hundred at once: one gets it. */
async function spendCode(
  tx: Tx,
  typed: string,
  typist: Identity,
  { now, key }: { now: Date; key: Buffer },
): Promise<Identity | null> {
  const code = readCode(typed)
  if (code === null) return null
  const good = sql`code_hash = ${hashCode(code, key)} and used_at is null and burnt_at is null and expires_at > ${now}`
  const own = sql`platform = ${typist.platform} and platform_id = ${typist.id}`
  const spent = await sql<Owner>`
    update ttfd.link_codes set used_at = ${now} where ${good} and not (${own}) returning platform, platform_id`.execute(
    tx,
  )
  const owner =
    spent.rows[0] ??
    (await sql<Owner>`select platform, platform_id from ttfd.link_codes where ${good} and ${own}`.execute(tx))
      .rows[0]
  return owner ? { platform: owner.platform, id: owner.platform_id } : null
}

type Owner = { platform: PlatformName; platform_id: string }
