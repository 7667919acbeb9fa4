import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'

/**
 * Forgets what linking needs no more: tries and dead codes after a day, ended requests, unlinkings and the history of limits after
 * 31 days, what merges keep for an undo that is too late, message fingerprints among an identity's marks after 24 hours. Made for a timer.
 */
export async function forgetLinkTraces(db: Database, { now }: { now: Date }): Promise<void> {
  const before = (hours: number) => new Date(now.getTime() - hours * 3_600_000)
  await db.kysely.deleteFrom('ttfd.link_attempts').where('updated_at', '<', before(25)).execute()
  await db.kysely.deleteFrom('ttfd.link_codes').where('expires_at', '<', before(24)).execute()
  await db.kysely.deleteFrom('ttfd.deep_links').where('expires_at', '<', before(24)).execute()
  await db.kysely
    .deleteFrom('ttfd.link_requests')
    .where('ended_at', '<', before(31 * 24))
    .execute()
  await db.kysely
    .deleteFrom('ttfd.link_history')
    .where('happened_at', '<', before(31 * 24))
    .execute()
  await db.kysely
    .deleteFrom('ttfd.unlinks')
    .where('happened_at', '<', before(31 * 24))
    .execute()
  // Names, ids and addresses of both sides: kept for the undo alone.
  await sql`
    update ttfd.merges set snapshot = '{}' where merged_at < ${before(31 * 24)} and snapshot <> '{}'`.execute(
    db.kysely,
  )
  await sql`
    update ttfd.identities set marks = marks #- '{limits,prints}'
    where marks <> '{}' and marks #> '{limits,prints}' is not null and (marks ->> 'left_at')::timestamptz < ${before(24)}`.execute(
    db.kysely,
  )
}
