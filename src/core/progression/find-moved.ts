import type { StatementRunner } from '../../db/statement.js'
import type { Identity } from '../accounts/identity.js'
import type { AccountsByIdentity } from './account-state.js'
import type { Award } from './award.js'
import { whoKey } from './award-statements.js'
import { lockLate } from './lock-statements.js'

/**
 * Finds the accounts of awards that met nobody under the lock: ids that were joined to another account, and identities
 * that moved while the lock was awaited (a statement sees only what was committed before it began). What comes late for
 * the old account lands on the one that it is now. Costs nothing when everybody was found.
 */
export async function findMoved(
  runner: StatementRunner,
  awards: readonly Award[],
  accounts: AccountsByIdentity,
  seen: ReadonlyMap<string, unknown>,
): Promise<void> {
  const lost = new Map<string, Identity | { accountId: number }>()
  for (const { who, create, key } of awards) {
    // Who may be made is made; if he exists after all, the unique key says so and the batch runs again.
    if (!create && !seen.has(key) && !accounts.find(who)) lost.set(whoKey(who), who)
  }
  if (lost.size === 0) return
  const whos = [...lost.values()]
  const [living = []] = await runner.run([
    {
      name: 'find_moved',
      text: `select v.key, ttfd.living_account(coalesce(v.id, i.account_id)) as id
        from unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) as v (key, id, platform, platform_id)
          left join ttfd.identities i on i.platform = v.platform and i.platform_id = v.platform_id`,
      values: [
        [...lost.keys()],
        whos.map((who) => ('accountId' in who ? who.accountId : null)),
        whos.map((who) => ('accountId' in who ? null : who.platform)),
        whos.map((who) => ('accountId' in who ? null : who.id)),
      ],
    },
  ])
  const found = living.flatMap((row) => {
    const who = lost.get(row.key as string)
    return who && typeof row.id === 'number' ? [{ who, accountId: row.id }] : []
  })
  const unlocked = found.filter(({ accountId }) => !accounts.find({ accountId }))
  await lockLate(
    runner,
    unlocked.map(({ accountId }) => ({ who: { accountId } })),
    accounts,
  )
  for (const { who, accountId } of found) {
    const account = accounts.find({ accountId })
    if (account) accounts.alias(who, account)
  }
}
