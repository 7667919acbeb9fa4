import { sql } from 'kysely'
import { runnerOf, type Tx } from '../../db/connect.js'
import type { KeyedHash } from '../../db/keyed-hash.js'
import { type Identity, identityKey } from '../accounts/identity.js'
import { writeAudit } from '../audit/write-audit.js'
import { findErased, hashIdentity } from '../deletion/come-back.js'
import { type CarriedRestriction, carriedIn } from './carried-restrictions.js'

/** Restrictions in force that an identity without an account carries: it left one that had them, or one that was erased. */
export async function readCarried(
  tx: Tx,
  { platform, id }: Identity,
  { now, keyedHash }: { now: Date; keyedHash: KeyedHash | null },
): Promise<CarriedRestriction[]> {
  const row = await tx
    .selectFrom('ttfd.identities')
    .select('marks')
    .where('platform', '=', platform)
    .where('platform_id', '=', id)
    .where('account_id', 'is', null)
    .executeTakeFirst()
  const erased = await findErased(runnerOf(tx), [{ platform, id }], keyedHash)
  const marks = [row?.marks, erased.get(identityKey({ platform, id }))?.marks]
  return marks
    .flatMap((one) => carriedIn(one))
    .filter(({ until }) => until === null || until > now)
    .map(({ stored }) => stored)
}

/**
 * Lifts what an identity without an account carries, so that whatever account it comes to is free of it. Written down
 * under the identity, or, when its account was erased, under the hash that alone is left of it. Returns how many.
 */
export async function liftCarried(
  tx: Tx,
  { identity, liftedBy, reason = '' }: { identity: Identity; liftedBy: string; reason?: string },
  context: { now: Date; keyedHash: KeyedHash | null },
): Promise<number> {
  const { platform, id } = identity
  const hash = context.keyedHash && hashIdentity(context.keyedHash, identity)
  const { rows: held } = await sql`select from ttfd.identities
    where platform = ${platform} and platform_id = ${id} and account_id is null for update`.execute(tx)
  const carried = await readCarried(tx, identity, context)
  if (carried.length === 0) return 0
  await sql`update ttfd.identities set marks = marks - 'restrictions'
    where platform = ${platform} and platform_id = ${id} and account_id is null`.execute(tx)
  if (hash) {
    await sql`update ttfd.erased_identities set marks = marks - 'restrictions'
      where identity_hash = ${hash}`.execute(tx)
  }
  const who = held.length > 0 ? identityKey(identity) : `erased:${hash?.toString('hex').slice(0, 16)}`
  await writeAudit(tx, {
    actor: liftedBy,
    act: 'identity_lift',
    accountId: null,
    detail: { identity: who, lifted: carried.length, ...(reason === '' ? {} : { reason }) },
  })
  return carried.length
}
