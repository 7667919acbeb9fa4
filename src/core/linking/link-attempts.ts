import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'

const WINDOWS = [
  { seconds: 600, tries: 5 },
  { seconds: 86_400, tries: 20 },
] as const

export type TryDecision =
  | { status: 'allowed'; kept: Date[] }
  /** `until`: when the next try is free. */
  | { status: 'too_many'; until: Date }

/** Whether one more try is free, given the earlier ones: 5 in 10 minutes, 20 a day. Refused tries do not count. */
export function decideTry(earlier: readonly Date[], now: Date): TryDecision {
  const sorted = [...earlier].sort((a, b) => a.getTime() - b.getTime())
  let until = 0
  for (const { seconds, tries } of WINDOWS) {
    const within = sorted.filter((at) => at.getTime() > now.getTime() - seconds * 1000)
    // Free again when so many have left the window that one fits.
    const leaving = within[within.length - tries]
    if (leaving) until = Math.max(until, leaving.getTime() + seconds * 1000)
  }
  if (until > 0) return { status: 'too_many', until: new Date(until) }
  const longest = Math.max(...WINDOWS.map((window) => window.seconds))
  const kept = sorted.filter((at) => at.getTime() > now.getTime() - longest * 1000)
  return { status: 'allowed', kept: [...kept, now] }
}

/**
 * Counts one try of every subject (an identity, a hashed address) under the subjects' locks, so that a hundred at once
 * get no more than their share. All must be free; if one is not, none is counted.
 */
export async function countTry(
  tx: Tx,
  subjects: readonly string[],
  now: Date,
): Promise<{ status: 'allowed' } | { status: 'too_many'; until: Date }> {
  const sorted = [...new Set(subjects)].sort()
  // Writing the row, not only inserting it, takes its lock and reads it as the last try left it.
  const { rows } = await sql<{ subject: string; tried_at: Date[] }>`
    insert into ttfd.link_attempts as a (subject, updated_at)
    select subject, ${now} from unnest(${sorted}::text[]) as v (subject) order by subject
    on conflict (subject) do update set updated_at = excluded.updated_at
    returning a.subject, a.tried_at`.execute(tx)
  const decisions = rows.map((row) => ({ subject: row.subject, decision: decideTry(row.tried_at, now) }))
  const waits = decisions.flatMap(({ decision }) => (decision.status === 'too_many' ? [decision.until] : []))
  if (waits.length > 0) {
    return { status: 'too_many', until: new Date(Math.max(...waits.map((until) => until.getTime()))) }
  }
  for (const { subject, decision } of decisions) {
    if (decision.status !== 'allowed') continue
    await tx
      .updateTable('ttfd.link_attempts')
      .set({ tried_at: decision.kept, updated_at: now })
      .where('subject', '=', subject)
      .execute()
  }
  return { status: 'allowed' }
}
