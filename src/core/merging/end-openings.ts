import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import type { Identity } from '../accounts/identity.js'
import { findRequest, type LinkContext, tellUnlinkedEnd, useRequest } from '../linking/link-request.js'
import { readSide } from '../linking/link-side.js'

/** Burns the open codes of identities whose account just changed, and ends its open requests; both sides are told. */
export async function endOpenings(
  tx: Tx,
  {
    accountId,
    identities,
    except = null,
  }: {
    accountId: number
    identities: readonly Identity[] /** The request that does it. */
    except?: string | null
  },
  { now, newId }: Pick<LinkContext, 'now' | 'newId'>,
): Promise<void> {
  for (const { platform, id } of identities) {
    await sql`update ttfd.link_codes set burnt_at = ${now}
      where platform = ${platform} and platform_id = ${id} and used_at is null and burnt_at is null`.execute(
      tx,
    )
  }
  const open = await tx
    .selectFrom('ttfd.link_requests')
    .select('id')
    .where('ended_at', 'is', null)
    .where((eb) => eb.or([eb('owner_account_id', '=', accountId), eb('typist_account_id', '=', accountId)]))
    .orderBy('id')
    .execute()
  for (const { id } of open) {
    const request = await findRequest(tx, id)
    const end = { status: 'refused', reason: 'changed' } as const
    if (!request || request.end || request.id === except || !(await useRequest(tx, request, end, now)))
      continue
    const sides = [await readSide(tx, request.owner, now), await readSide(tx, request.typist, now)]
    await tellUnlinkedEnd(tx, request, end, sides, null, newId)
  }
}
