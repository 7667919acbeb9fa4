import type { Database, Reader, Tx } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { ensureAccount } from '../accounts/ensure-account.js'
import { findAccountId } from '../accounts/find-account.js'
import { type Identity, identityKey, PLATFORMS } from '../accounts/identity.js'
import { askRoles } from '../roles/role-states.js'
import { carryOver } from './carry-over.js'
import { decideLink, type LinkRefusal } from './decide-link.js'
import { writeLinkEvents } from './link-events.js'
import { isSame, type LinkContext } from './link-request.js'
import { identitiesOf, LIMIT_DAYS, type LinkSide, lockSides, readSide } from './link-side.js'
import { findUnlink, livingAccount, PUT_BACK_DAYS, type Unlink } from './unlinks.js'

export type PutBackRefusal =
  /** No such unlinking, one of other people, one's own, or an operator's. */
  | { status: 'not_yours' }
  | { status: 'too_late' }
  /** It is back already. */
  | { status: 'put_back_already' }
  /** It was put back once within 30 days: the second leaving stands until then. */
  | { status: 'once_only' }
  /** It has begun anew elsewhere: two balances become one by a link that both sides confirm. */
  | { status: 'has_progress' }
  | ({ status: 'refused' } & LinkRefusal)

export type PutBackQuestion =
  | { status: 'allowed'; platform: PlatformName; until: Date; isSelf: boolean }
  | PutBackRefusal
export type PutBack = { status: 'put_back'; platform: PlatformName; accountId: number } | PutBackRefusal

type Asked = { unlink: string; who: Identity }

/** Whether somebody may take an unlinking back now. Changes nothing. */
export async function askPutBack(
  reader: Reader,
  { unlink: id, who }: Asked,
  context: Omit<LinkContext, 'newId' | 'rules'>,
): Promise<PutBackQuestion> {
  const { now, admins } = context
  const unlink = await findUnlink(reader, id)
  if (!unlink) return { status: 'not_yours' }
  const refusal = await decidePutBack(reader, unlink, who, now)
  if (refusal) return refusal
  const account = await readAccount(reader, unlink, now)
  if (!account) return { status: 'not_yours' }
  const left = await readSide(reader, unlink.identity, now)
  if (left) {
    const decision = judge(account, left, admins)
    if (decision.status !== 'allowed') return decision
  } else if (admins.has(identityKey(unlink.identity))) {
    return { status: 'refused', reason: 'admin_account' }
  } else if (account.identities[unlink.identity.platform] !== null) {
    return { status: 'refused', reason: 'slot_taken', platform: unlink.identity.platform }
  }
  const until = new Date(unlink.at.getTime() + PUT_BACK_DAYS * 86_400_000)
  return {
    status: 'allowed',
    platform: unlink.identity.platform,
    until,
    isSelf: isSame(who, unlink.identity),
  }
}

/**
 * Takes an unlinking back: the identity is on the account again, with what it had used up. Any side that did not do the
 * unlinking may, alone and within 7 days, once; the identity itself may leave again when it wants to.
 */
export async function putBack(db: Database, asked: Asked, context: LinkContext): Promise<PutBack> {
  const { now, newId, rules } = context
  const question = await askPutBack(db.kysely, asked, context)
  if (question.status !== 'allowed') return question
  const seen = await findUnlink(db.kysely, asked.unlink)
  if (!seen) return { status: 'not_yours' }
  // Its marks come with it: an account of its own, made here if it has none, is carried over like any other.
  if ((await findAccountId(db.kysely, seen.identity)) === null) {
    await ensureAccount(db, seen.identity, {}, { now, newId, timeZone: rules.timeZone })
  }
  return db.transaction(async (tx) => {
    const before = await readAccount(tx, seen, now)
    if (!before) return { status: 'not_yours' }
    const sides = await lockSides(tx, [before.identity, seen.identity], now)
    const unlink = await findUnlink(tx, seen.id, true)
    if (!sides || !unlink) return { status: 'not_yours' }
    const refusal = await decidePutBack(tx, unlink, asked.who, now)
    if (refusal) return refusal
    const [account, left] = sides
    const decision = judge(account, left, context.admins)
    if (decision.status !== 'allowed') return decision
    await carryOver(tx, { survivor: account, loser: left, requestId: unlink.id }, context)
    await remember(tx, unlink, asked.who, account.accountId, now)
    await tell(tx, unlink, asked.who, account, left, newId)
    if (left.identities.discord !== null) await askRoles(tx, left.identities.discord)
    return { status: 'put_back', platform: unlink.identity.platform, accountId: account.accountId }
  })
}

/** What can be said without the two sides; null: nothing stands against it so far. */
async function decidePutBack(
  reader: Reader,
  unlink: Unlink,
  who: Identity,
  now: Date,
): Promise<PutBackRefusal | null> {
  if (!unlink.by || isSame(unlink.by, who)) return { status: 'not_yours' }
  const accountId = await livingAccount(reader, unlink.accountId)
  const own = await findAccountId(reader, who)
  if (!isSame(who, unlink.identity) && (own === null || own !== accountId)) return { status: 'not_yours' }
  if (unlink.putBackAt !== null) return { status: 'put_back_already' }
  if (now.getTime() > unlink.at.getTime() + PUT_BACK_DAYS * 86_400_000) return { status: 'too_late' }
  const before = await reader
    .selectFrom('ttfd.link_history')
    .select('id')
    .where('act', '=', 'put_back')
    .where('platform', '=', unlink.identity.platform)
    .where('platform_id', '=', unlink.identity.id)
    .where('happened_at', '>', new Date(now.getTime() - LIMIT_DAYS * 86_400_000))
    .executeTakeFirst()
  return before ? { status: 'once_only' } : null
}

/** The same rules as for any link; only that nobody else's yes is needed. */
function judge(
  account: LinkSide,
  left: LinkSide,
  admins: ReadonlySet<string>,
): PutBackRefusal | { status: 'allowed' } {
  const decision = decideLink(account, left, admins)
  switch (decision.status) {
    case 'already_linked':
    case 'prove':
      return { status: 'put_back_already' }
    case 'merge':
      return { status: 'has_progress' }
    case 'link':
      return decision.survivor === account ? { status: 'allowed' } : { status: 'has_progress' }
    case 'refused':
      return decision
    default:
      return decision satisfies never
  }
}

/** The account that was left, by an identity of another platform than the one that comes back. */
async function readAccount(reader: Reader, unlink: Unlink, now: Date): Promise<LinkSide | null> {
  const accountId = await livingAccount(reader, unlink.accountId)
  if (accountId === null) return null
  const row = await reader
    .selectFrom('unified_users')
    .select(['telegram_id', 'discord_id', 'website_email'])
    .where('id', '=', accountId)
    .executeTakeFirst()
  if (!row) return null
  const ids = { telegram: row.telegram_id, discord: row.discord_id, website: row.website_email }
  const platform = PLATFORMS.find((one) => one !== unlink.identity.platform && ids[one] !== null)
  return platform ? readSide(reader, { platform, id: ids[platform] ?? '' }, now) : null
}

async function remember(tx: Tx, unlink: Unlink, who: Identity, accountId: number, now: Date): Promise<void> {
  await tx
    .updateTable('ttfd.unlinks')
    .set({ put_back_at: now, put_back_by: who.platform })
    .where('id', '=', unlink.id)
    .execute()
  const { platform, id: platform_id } = unlink.identity
  await tx
    .insertInto('ttfd.link_history')
    .values({ platform, platform_id, account_id: accountId, act: 'put_back', happened_at: now })
    .execute()
}

async function tell(
  tx: Tx,
  unlink: Unlink,
  who: Identity,
  account: LinkSide,
  left: LinkSide,
  newId: () => string,
): Promise<void> {
  await writeLinkEvents(
    tx,
    [
      {
        accountId: account.accountId,
        type: 'account_linked',
        source: who.platform,
        data: {
          platform: unlink.identity.platform,
          platforms: [unlink.identity.platform, account.identity.platform],
          carried_xp: left.xp,
          proven: false,
          put_back: true,
        },
        key: `unlink:${unlink.id}:put_back`,
        tell: [...identitiesOf(account), ...identitiesOf(left)],
      },
    ],
    newId,
  )
}
