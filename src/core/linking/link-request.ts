import type { Reader, Tx } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import type { LinkRequestState } from '../../db/tables/linking.js'
import type { Identity } from '../accounts/identity.js'
import type { Rules } from '../progression/rules.js'
import type { LinkRefusal } from './decide-link.js'
import { writeLinkEvents } from './link-events.js'
import { identitiesOf, type LinkSide } from './link-side.js'

export const REQUEST_MINUTES = 10

export type LinkContext = {
  now: Date
  rules: Rules
  newId: () => string
  /** ADMIN_ACCOUNTS, as `telegram:1`: their accounts are linked and unlinked by the command line only. */
  admins: ReadonlySet<string>
}

/** Who of the two: the owner showed the code, the typist typed it. The typist answers first. */
export type LinkRole = 'owner' | 'typist'

/**
 * A request that a typed code opened. Linking two platforms by a one-time code, for every bot and page alike (safety.md flow 2.1):
 *
 * 1. The owner asks for a code: `issueLinkCode`; shown with `showCode` and the warning `linking:warning`, where only he
 *    reads it. Both people have accounts by then (`ensureAccount`).
 * 2. The typist types it on the other platform: `typeLinkCode` opens a request. A code seen in a group or channel is
 *    burnt instead: `burnLinkCode` with `findCodes(text)`.
 * 3. The typist sees the owner's facts (`readLinkRequest`) and answers: `confirmLinkRequest` or `cancelLinkRequest`.
 * 4. After the typist's yes an event `link_requested` is delivered to the owner's `<platform>_account` lane: its
 *    deliverer asks the owner the same question (`readLinkRequest` again; nothing when it is over by then). Where a bot
 *    cannot write to people, `linkStatus` lists the questions that wait.
 *    When both sides have progress, both questions show `preview` (field by field what a merge makes of it), and a yes
 *    given to a preview that no longer holds answers `preview_changed`: show the question again.
 * 5. The owner's answer ends it; `account_linked` or `link_refused` (with `data.end`, read by `readEnd`) is delivered
 *    to every identity, in the same lanes.
 *
 * The caller always passes the pressing identity as the platform proved it; ids in buttons are not trusted.
 */
export type LinkRequest = {
  id: string
  owner: Identity
  ownerAccountId: number
  typist: Identity
  typistAccountId: number
  state: LinkRequestState
  expiresAt: Date
  end: LinkEnd | null
  /** Both sides have progress: what both saw before they were asked. Null: a link that carries nothing but a welcome. */
  seen: SeenCoins | null
  /** The website session that alone gives the owner's yes (a deep link); null: wherever he is. */
  sessionId: string | null
}

/** The coins that the preview of a merge showed. Less than that, because somebody spent, is shown again. */
export type SeenCoins = { owner: number; typist: number }

/** How a request ended; the first end stands, and later presses get it again. */
export type LinkEnd =
  | {
      status: 'linked'
      /** The account that both identities are on now. */
      accountId: number
      platforms: PlatformName[]
      /** XP that came along from the emptied account (its welcome). */
      carriedXp: number
    }
  /** Both identities were on one account without proof; now it is proven. */
  | { status: 'proven'; accountId: number; platforms?: PlatformName[] }
  | { status: 'already_linked' }
  /** Both had progress, and both balances are one now. The coins of both are frozen until then; it can be undone. */
  | {
      status: 'merged'
      accountId: number
      platforms: PlatformName[]
      merge: number
      xp: number
      coins: number
      /** Also the end of the freeze. */
      until: Date
    }
  | ({ status: 'refused' } & LinkRefusal)
  | { status: 'cancelled'; by: LinkRole }
  | { status: 'expired' }

export function roleOf(request: LinkRequest, who: Identity): LinkRole | null {
  if (isSame(request.owner, who)) return 'owner'
  return isSame(request.typist, who) ? 'typist' : null
}

/** Whether an answer of this role may come from here: a deep link is answered by the session whose page showed the number. */
export function isElsewhere(
  request: LinkRequest,
  role: LinkRole | null,
  session: string | undefined,
): boolean {
  return role === 'owner' && request.sessionId !== null && request.sessionId !== session
}

export function isSame(a: Identity, b: Identity): boolean {
  return a.platform === b.platform && a.id === b.id
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Whether a text can be the id of a row; ids come back in buttons and addresses and are not trusted. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}

/** Reads a request; null for an id that is none (ids come back in buttons and are not trusted). */
export async function findRequest(reader: Reader, id: string): Promise<LinkRequest | null> {
  if (!isUuid(id)) return null
  const row = await reader
    .selectFrom('ttfd.link_requests')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  return {
    id: row.id,
    owner: { platform: row.owner_platform, id: row.owner_platform_id },
    ownerAccountId: row.owner_account_id,
    typist: { platform: row.typist_platform, id: row.typist_platform_id },
    typistAccountId: row.typist_account_id,
    state: row.state,
    expiresAt: row.expires_at,
    end: row.result ? readEnd(row.result) : null,
    seen:
      row.owner_coins_seen === null || row.typist_coins_seen === null
        ? null
        : { owner: row.owner_coins_seen, typist: row.typist_coins_seen },
    sessionId: row.session_id,
  }
}

/** An end as it is stored in a request or an event's data: jsonb knows no Date. */
export function readEnd(stored: Record<string, unknown>): LinkEnd {
  const { until } = stored
  return (typeof until === 'string' ? { ...stored, until: new Date(until) } : stored) as LinkEnd
}

const STATE_OF_END: Record<LinkEnd['status'], LinkRequestState> = {
  linked: 'done',
  proven: 'done',
  already_linked: 'refused',
  merged: 'done',
  refused: 'refused',
  cancelled: 'cancelled',
  expired: 'expired',
}

/**
 * Ends a request by one UPDATE: false when somebody else ended it first (or moved it on from the state that the caller
 * saw), and then nothing may follow.
 */
export async function useRequest(tx: Tx, request: LinkRequest, end: LinkEnd, now: Date): Promise<boolean> {
  const state = STATE_OF_END[end.status]
  const used = await tx
    .updateTable('ttfd.link_requests')
    .set({
      state,
      ended_at: now,
      result: JSON.stringify(end),
      ...(state === 'done' ? { owner_confirmed_at: now } : {}),
    })
    .where('id', '=', request.id)
    .where('state', '=', request.state)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return used !== undefined
}

/** Writes down what both sides are about to see of each other's coins: the request is one for a merge now. */
export async function showPreview(
  tx: Tx,
  { id }: Pick<LinkRequest, 'id'>,
  seen: SeenCoins,
  state?: LinkRequestState,
): Promise<void> {
  await tx
    .updateTable('ttfd.link_requests')
    .set({
      kind: 'merge',
      owner_coins_seen: seen.owner,
      typist_coins_seen: seen.typist,
      // The typist said yes to something else.
      ...(state === 'waits_typist' ? { state, typist_confirmed_at: null } : {}),
    })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute()
}

/** Tells every identity of both accounts, but the one that pressed (it reads the answer), how a request ended unlinked. */
export async function tellUnlinkedEnd(
  tx: Tx,
  request: LinkRequest,
  end: LinkEnd,
  sides: readonly (LinkSide | null)[],
  presser: Identity | null,
  newId: () => string,
): Promise<void> {
  const accounts = new Map<number, { roles: LinkRole[]; tell: Identity[]; source: PlatformName }>()
  sides.forEach((side, index) => {
    if (!side) return
    const entry = accounts.get(side.accountId) ?? { roles: [], tell: [], source: side.identity.platform }
    entry.roles.push(index === 0 ? 'owner' : 'typist')
    if (entry.roles.length === 1) {
      entry.tell.push(...identitiesOf(side).filter((one) => !presser || !isSame(one, presser)))
    }
    accounts.set(side.accountId, entry)
  })
  await writeLinkEvents(
    tx,
    [...accounts].map(([accountId, { roles, tell, source }]) => ({
      accountId,
      type: 'link_refused',
      source: presser?.platform ?? source,
      data: {
        request: request.id,
        role: roles[0],
        platform: roles[0] === 'owner' ? request.typist.platform : request.owner.platform,
        end: JSON.parse(JSON.stringify(end)) as unknown,
      },
      key: `link:${request.id}:ended:${accountId}`,
      tell,
    })),
    newId,
  )
}
