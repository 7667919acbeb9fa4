import { sql } from 'kysely'
import type { Database, Reader } from '../../db/connect.js'

/** A part of the program that runs somewhere: `worker`, `web`, `telegram`, `discord`. */
export type Heartbeat = {
  part: string
  holder: string
  detail: Record<string, unknown>
  /** Seconds since the last sign of life, by the database's clock. */
  ageSeconds: number
}

/** Says that a part is alive. */
export async function beat(
  db: Database,
  part: string,
  holder: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await sql`
    insert into ttfd.heartbeats (part, holder, detail, started_at, beat_at)
    values (${part}, ${holder}, ${JSON.stringify(detail)}::jsonb, now(), now())
    on conflict (part, holder) do update set detail = excluded.detail, beat_at = now()`.execute(db.kysely)
}

/** A part that stops in order leaves no trace. */
export async function endBeats(db: Database, holder: string): Promise<void> {
  await db.kysely.deleteFrom('ttfd.heartbeats').where('holder', '=', holder).execute()
}

/** Lists the parts that gave a sign of life within the last day, newest first. */
export async function readHeartbeats(reader: Reader): Promise<Heartbeat[]> {
  const { rows } = await sql<{ part: string; holder: string; detail: Record<string, unknown>; age: number }>`
    select part, holder, detail, extract(epoch from now() - beat_at)::float8 as age from ttfd.heartbeats
    where beat_at > now() - interval '1 day' order by beat_at desc`.execute(reader)
  return rows.map(({ age, ...row }) => ({ ...row, ageSeconds: age }))
}

/** Removes the traces of parts that died without a word more than a day ago. */
export async function forgetBeats(db: Database): Promise<void> {
  await sql`delete from ttfd.heartbeats where beat_at < now() - interval '1 day'`.execute(db.kysely)
}
