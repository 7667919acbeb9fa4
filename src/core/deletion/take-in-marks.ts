import { sql } from 'kysely'
import { runnerOf, type Tx } from '../../db/connect.js'
import type { KeyedHash } from '../../db/keyed-hash.js'
import { type Identity, identityKey } from '../accounts/identity.js'
import { uniteLimits } from '../linking/unite.js'
import { readLimits } from '../progression/limits.js'
import { writeLimits } from '../progression/write-limits.js'
import { carriedIn, insertCarried } from '../restrictions/carried-restrictions.js'
import { refreshRestricted } from '../restrictions/follow-restrictions.js'
import { findErased } from './come-back.js'

/**
 * Gives a locked account what an identity that joins it carries: from an account that it left, or from one that was
 * erased. What it had used up, was paid, or may not do holds for the account from now on.
 */
export async function takeInMarks(
  tx: Tx,
  { accountId, identity }: { accountId: number; identity: Identity },
  keyedHash: KeyedHash | null,
): Promise<void> {
  const erased = await findErased(runnerOf(tx), [identity], keyedHash)
  const stored = await tx
    .selectFrom('ttfd.identities')
    .select('marks')
    .where('platform', '=', identity.platform)
    .where('platform_id', '=', identity.id)
    .executeTakeFirst()
  const marks = [stored?.marks, erased.get(identityKey(identity))?.marks].filter(
    (one) => one !== undefined && Object.keys(one).length > 0,
  )
  for (const one of marks) await takeIn(tx, accountId, one ?? {})
}

async function takeIn(tx: Tx, accountId: number, marks: Record<string, unknown>): Promise<void> {
  const row = await tx
    .selectFrom('ttfd.account_limits')
    .select('state')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  const { restricted: _, ...brought } = readLimits(marks.limits)
  const limits = uniteLimits(readLimits(row?.state), brought)
  await writeLimits(tx, accountId, limits)
  const paid = marks.highest_rank_paid
  if (typeof paid === 'number') {
    await sql`update unified_users set highest_rank_paid = greatest(highest_rank_paid, ${paid}) where id = ${accountId}`.execute(
      tx,
    )
  }
  const carried = carriedIn(marks).map(({ stored }) => ({ stored, accountId }))
  if (carried.length === 0) return
  await runnerOf(tx).run([insertCarried(carried)])
  await refreshRestricted(tx, accountId)
}
