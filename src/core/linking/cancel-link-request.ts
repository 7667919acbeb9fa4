import type { Database } from '../../db/connect.js'
import type { Identity } from '../accounts/identity.js'
import {
  findRequest,
  type LinkContext,
  type LinkEnd,
  roleOf,
  tellUnlinkedEnd,
  useRequest,
} from './link-request.js'
import { readSide } from './link-side.js'

export type CancelLink = { status: 'not_yours' } | (LinkEnd & { now: boolean })

/** Either side's no, at any time before the last yes. The other side is told; a request that ended keeps its end. */
export async function cancelLinkRequest(
  db: Database,
  { request: id, who }: { request: string; who: Identity },
  { now, newId }: Pick<LinkContext, 'now' | 'newId'>,
): Promise<CancelLink> {
  return db.transaction(async (tx) => {
    for (;;) {
      const request = await findRequest(tx, id)
      const role = request && roleOf(request, who)
      if (!request || !role) return { status: 'not_yours' }
      if (request.end) return { ...request.end, now: false }
      const end: LinkEnd =
        request.expiresAt <= now ? { status: 'expired' } : { status: 'cancelled', by: role }
      // A yes of the typist may have moved it on meanwhile: look again.
      if (!(await useRequest(tx, request, end, now))) continue
      const sides = [await readSide(tx, request.owner, now), await readSide(tx, request.typist, now)]
      await tellUnlinkedEnd(tx, request, end, sides, who, newId)
      return { ...end, now: true }
    }
  })
}

/** Ends requests whose ten minutes are over and tells both sides; returns how many. Made for a timer. */
export async function expireLinkRequests(
  db: Database,
  { now, newId }: Pick<LinkContext, 'now' | 'newId'>,
  limit = 100,
): Promise<number> {
  const due = await db.kysely
    .selectFrom('ttfd.link_requests')
    .select('id')
    .where('ended_at', 'is', null)
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
    .execute()
  let ended = 0
  for (const { id } of due) {
    await db.transaction(async (tx) => {
      const request = await findRequest(tx, id)
      if (!request || request.end) return
      const end: LinkEnd = { status: 'expired' }
      if (!(await useRequest(tx, request, end, now))) return
      const sides = [await readSide(tx, request.owner, now), await readSide(tx, request.typist, now)]
      await tellUnlinkedEnd(tx, request, end, sides, null, newId)
      ended += 1
    })
  }
  return ended
}
