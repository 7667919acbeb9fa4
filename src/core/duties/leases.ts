import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'

/** A duty that one holder has at a time, whichever process or host it lives in. Times are the database's. */
export type Lease = { name: string; token: string }

/** Takes a duty that is free or whose holder let it run out; null while somebody else has it. */
export async function takeLease(
  db: Database,
  name: string,
  holder: string,
  seconds: number,
): Promise<Lease | null> {
  const token = randomUUID()
  const { rows } = await sql<{ token: string }>`
    insert into ttfd.leases as l (name, holder, token, expires_at)
    values (${name}, ${holder}, ${token}, now() + ${seconds} * interval '1 second')
    on conflict (name) do update set holder = excluded.holder, token = excluded.token, expires_at = excluded.expires_at
      where l.expires_at <= now()
    returning token`.execute(db.kysely)
  return rows[0] ? { name, token } : null
}

/** Keeps a duty; false when it was lost meanwhile: its holder must stop acting on it at once. */
export async function renewLease(db: Database, lease: Lease, seconds: number): Promise<boolean> {
  const { rows } = await sql`
    update ttfd.leases set expires_at = now() + ${seconds} * interval '1 second'
    where name = ${lease.name} and token = ${lease.token} and expires_at > now() returning name`.execute(
    db.kysely,
  )
  return rows.length > 0
}

/** Gives a duty back, so that the next holder need not wait. */
export async function releaseLease(db: Database, lease: Lease): Promise<void> {
  await db.kysely
    .deleteFrom('ttfd.leases')
    .where('name', '=', lease.name)
    .where('token', '=', lease.token)
    .execute()
}

/** Frees the duties of holders that are known to be dead, so that a restart after a crash need not wait them out. */
export async function releaseDead(db: Database, isDead: (holder: string) => boolean): Promise<void> {
  const rows = await db.kysely.selectFrom('ttfd.leases').select(['name', 'holder', 'token']).execute()
  for (const { name, holder, token } of rows) {
    if (isDead(holder)) await releaseLease(db, { name, token })
  }
}
