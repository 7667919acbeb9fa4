import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import { writeAudit } from '../audit/write-audit.js'
import { cancelOpenRounds } from '../games/cancel-open-rounds.js'
import { writeLinkEvents } from '../linking/link-events.js'
import { identitiesOf, isAdmin } from '../linking/link-side.js'
import type { Rules } from '../progression/rules.js'
import { refreshRestricted } from './follow-restrictions.js'
import type { RestrictionKind } from './restriction.js'

const REASON_MAX = 500

export type RestrictOrder = {
  /** The living account or one that was merged into it. */
  accountId: number
  kind: RestrictionKind
  /** 1 to 500 characters; the member reads it. */
  reason: string
  /** `telegram:<id>`, `discord:<id>`, `cli:<user>`, `import:<source>`. */
  givenBy: string
  /** Null or none: until somebody lifts it. */
  until?: Date | null
  /** Given again under the same key nothing changes: for imports, which may run again. */
  key?: string
  /** The member is not told: an import brings what he knows already. */
  silent?: boolean
}

export type RestrictContext = {
  now: Date
  rules: Rules
  newId: () => string
  /** ADMIN_ACCOUNTS, as `telegram:1`: nobody restricts them. */
  admins: ReadonlySet<string>
}

export type Restrict =
  | { status: 'restricted'; id: number; accountId: number }
  /** The key was used before. */
  | { status: 'known'; id: number }
  | { status: 'unknown_account' }
  | { status: 'admin_account' }

/**
 * Restricts an account from this moment on, in the caller's transaction and under the account's lock: awards that wait
 * for the lock are judged by it. Open rounds are cancelled, their stakes come back. Written into the audit log and told
 * to every identity. Throws RangeError for an empty or too long reason, or an end that is not in the future.
 */
export async function restrict(tx: Tx, order: RestrictOrder, context: RestrictContext): Promise<Restrict> {
  const { now, newId, admins } = context
  const { kind, givenBy, until = null, key = null, silent = false } = order
  const reason = order.reason.trim()
  if (reason === '' || reason.length > REASON_MAX) throw new RangeError('a restriction needs a reason')
  if (until && until <= now) throw new RangeError('a restriction ends after it begins')
  const account = await lockLiving(tx, order.accountId)
  if (!account) return { status: 'unknown_account' }
  if (key !== null) {
    const known = await tx
      .selectFrom('ttfd.restrictions')
      .select('id')
      .where('key', '=', key)
      .executeTakeFirst()
    if (known) return { status: 'known', id: known.id }
  }
  if (isAdmin(account, admins)) return { status: 'admin_account' }
  const accountId = account.id
  await cancelOpenRounds(tx, accountId, context)
  const { id } = await tx
    .insertInto('ttfd.restrictions')
    .values({
      account_id: accountId,
      holder_id: accountId,
      kind,
      reason,
      given_by: givenBy,
      given_at: now,
      until,
      lifted_by: null,
      key,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await refreshRestricted(tx, accountId)
  const facts = { kind, reason, until: until?.toISOString() ?? null }
  await writeAudit(tx, { actor: givenBy, act: 'account_restrict', accountId, detail: facts })
  await writeLinkEvents(
    tx,
    [
      {
        accountId,
        type: 'account_restricted',
        source: 'system',
        data: facts,
        key: `restriction:${id}`,
        tell: silent ? [] : identitiesOf(account),
      },
    ],
    newId,
  )
  return { status: 'restricted', id, accountId }
}

export type LiftRestrictions =
  | { status: 'lifted'; accountId: number; count: number }
  /** Nothing is in force. */
  | { status: 'not_restricted' }
  | { status: 'unknown_account' }

/** Lifts every restriction in force on an account, those of accounts merged into it included. Told and written down. */
export async function liftRestrictions(
  tx: Tx,
  { accountId: asked, liftedBy, reason = '' }: { accountId: number; liftedBy: string; reason?: string },
  { now, newId }: Pick<RestrictContext, 'now' | 'newId'>,
): Promise<LiftRestrictions> {
  const account = await lockLiving(tx, asked)
  if (!account) return { status: 'unknown_account' }
  const accountId = account.id
  const lifted = await tx
    .updateTable('ttfd.restrictions')
    .set({ lifted_at: now, lifted_by: liftedBy })
    .where('holder_id', '=', accountId)
    .where('lifted_at', 'is', null)
    .where((eb) => eb.or([eb('until', 'is', null), eb('until', '>', now)]))
    .returning('id')
    .execute()
  if (lifted.length === 0) return { status: 'not_restricted' }
  await refreshRestricted(tx, accountId)
  const ids = lifted.map(({ id }) => id).sort((a, b) => a - b)
  await writeAudit(tx, {
    actor: liftedBy,
    act: 'account_lift',
    accountId,
    detail: { restrictions: ids, ...(reason === '' ? {} : { reason }) },
  })
  await writeLinkEvents(
    tx,
    [
      {
        accountId,
        type: 'restriction_lifted',
        source: 'system',
        data: {},
        key: `restriction:${ids.at(-1)}:lifted`,
        tell: identitiesOf(account),
      },
    ],
    newId,
  )
  return { status: 'lifted', accountId, count: lifted.length }
}

/** The living account that an id stands for, locked as an award would lock it. */
async function lockLiving(tx: Tx, asked: number) {
  // A merge may have ended the account while its lock was awaited; a second look sees where it went.
  return (await lockNow(tx, asked)) ?? (await lockNow(tx, asked))
}

async function lockNow(tx: Tx, asked: number) {
  const { rows } = await sql<{
    id: number
    telegram_id: string | null
    discord_id: string | null
    website_email: string | null
  }>`
    select id, telegram_id, discord_id, website_email from unified_users
    where id = (select ttfd.living_account(${asked}::bigint)) for no key update`.execute(tx)
  const row = rows[0]
  return row
    ? {
        id: row.id,
        identities: { telegram: row.telegram_id, discord: row.discord_id, website: row.website_email },
      }
    : null
}
