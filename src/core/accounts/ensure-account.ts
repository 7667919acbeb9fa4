import { type Database, runnerOf } from '../../db/connect.js'
import { communityDay } from '../progression/community-day.js'
import { cleanName } from './clean-name.js'
import { createAccounts } from './create-accounts.js'
import { findAccountId } from './find-account.js'
import type { Identity, PersonFacts } from './identity.js'

export type EnsureContext = { now: Date; newId: () => string; timeZone: string }

const UNIQUE_VIOLATION = '23505'

/**
 * The account of a person who acts himself: found or made, with his names, language and reachability as they are now.
 * Safe in a race: the unique key lets one make it and the others find it.
 */
export async function ensureAccount(
  db: Database,
  identity: Identity,
  facts: PersonFacts,
  { now, newId, timeZone }: EnsureContext,
): Promise<{ accountId: number; created: boolean }> {
  const known = await findAccountId(db.kysely, identity)
  if (known !== null) {
    await refreshPerson(db, identity, known, facts, now)
    return { accountId: known, created: false }
  }
  try {
    const day = (at: Date) => communityDay(at, timeZone)
    const [account] = await db.transaction((tx) =>
      createAccounts(runnerOf(tx), [{ identity, facts, occurredAt: now }], newId, day, db.keyedHash),
    )
    if (account) return { accountId: account.id, created: true }
  } catch (error) {
    if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error
  }
  const winner = await findAccountId(db.kysely, identity)
  if (winner === null) throw new Error(`no account for ${identity.platform} after a lost race`)
  await refreshPerson(db, identity, winner, facts, now)
  return { accountId: winner, created: false }
}

/** Brings names and reachability up to date; writes only what differs. Names follow the platform where the account began. */
async function refreshPerson(
  db: Database,
  identity: Identity,
  accountId: number,
  facts: PersonFacts,
  now: Date,
) {
  const { kysely } = db
  const username = cleanName(facts.username)
  const displayName = cleanName(facts.displayName) ?? username
  await kysely
    .updateTable('ttfd.identities')
    .set({
      username,
      last_seen_at: now,
      ...(facts.reachable === undefined ? {} : { reachable: facts.reachable }),
    })
    .where('platform', '=', identity.platform)
    .where('platform_id', '=', identity.id)
    .where((eb) =>
      eb.or([
        eb('username', 'is distinct from', username),
        eb('last_seen_at', '<', new Date(now.getTime() - 3_600_000)),
        ...(facts.reachable === undefined ? [] : [eb('reachable', '!=', facts.reachable)]),
      ]),
    )
    .execute()
  if (displayName !== null) {
    await kysely
      .updateTable('unified_users')
      .set({ display_name: displayName, username: username ?? displayName })
      .where('id', '=', accountId)
      .where('primary_platform', '=', identity.platform)
      // A name that its owner chose stays.
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('ttfd.account_settings as s')
              .select('s.account_id')
              .whereRef('s.account_id', '=', 'unified_users.id')
              .where('s.display_name', 'is not', null),
          ),
        ),
      )
      .where((eb) =>
        eb.or([eb('display_name', '!=', displayName), eb('username', '!=', username ?? displayName)]),
      )
      .execute()
  }
  if (facts.locale) {
    await kysely
      .updateTable('unified_users')
      .set({ locale: facts.locale })
      .where('id', '=', accountId)
      .where('locale', 'is', null)
      .execute()
  }
  if (facts.claimed) {
    await kysely
      .updateTable('ttfd.accounts')
      .set({ claimed_at: now })
      .where('id', '=', accountId)
      .where('claimed_at', 'is', null)
      .execute()
  }
}
