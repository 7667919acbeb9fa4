import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'

/** How often something may be tried: so many times in a window, with a wait that grows with each of them. */
export type TryRule = { windowSeconds: number; max: number; waitSeconds: readonly number[] }

/** Failed passwords of one address. The wait after the n-th; never a lock: what is older than the window is forgotten. */
export const PASSWORD_TRIES: TryRule = {
  windowSeconds: 900,
  max: 10,
  waitSeconds: [0, 0, 0, 1, 2, 4, 8, 15, 30, 60],
}

/** Letters to one address, so that nobody's mailbox is filled by strangers. */
export const LETTERS: TryRule = { windowSeconds: 3600, max: 4, waitSeconds: [0, 20, 60, 60] }

export type TryVerdict = { status: 'allowed' } | { status: 'wait'; seconds: number }

/** Whether one more try is free, given the earlier ones. Pure. */
export function judgeTry(earlier: readonly Date[], now: Date, rule: TryRule): TryVerdict {
  const since = now.getTime() - rule.windowSeconds * 1000
  const times = earlier.map((at) => at.getTime()).filter((at) => at > since)
  times.sort((a, b) => a - b)
  const last = times.at(-1)
  if (last === undefined) return { status: 'allowed' }
  const grown = last + (rule.waitSeconds[Math.min(times.length, rule.waitSeconds.length) - 1] ?? 0) * 1000
  const oldest = times[times.length - rule.max]
  const until = Math.max(grown, oldest === undefined ? 0 : oldest + rule.windowSeconds * 1000)
  return until <= now.getTime()
    ? { status: 'allowed' }
    : { status: 'wait', seconds: Math.ceil((until - now.getTime()) / 1000) }
}

/**
 * Counts a try before it is made, under its subject's lock: a hundred at once get no more than their share. A refused
 * try is not counted, so that a stranger who goes on trying does not keep the owner out for longer.
 */
export async function countTry(db: Database, subject: string, now: Date, rule: TryRule): Promise<TryVerdict> {
  return db.transaction(async (tx) => {
    const { rows } = await sql<{ tried_at: Date[] }>`
      insert into ttfd.sign_in_tries as t (subject, updated_at) values (${subject}, ${now})
      on conflict (subject) do update set updated_at = excluded.updated_at returning t.tried_at`.execute(tx)
    const earlier = rows[0]?.tried_at ?? []
    const verdict = judgeTry(earlier, now, rule)
    if (verdict.status === 'allowed') {
      const kept = [...earlier, now].slice(-rule.max)
      await tx
        .updateTable('ttfd.sign_in_tries')
        .set({ tried_at: kept })
        .where('subject', '=', subject)
        .execute()
    }
    return verdict
  })
}

/** Forgets the tries of a subject: it has shown that it knows the password. */
export async function forgetTries(db: Database, subject: string): Promise<void> {
  await db.kysely.deleteFrom('ttfd.sign_in_tries').where('subject', '=', subject).execute()
}

/** A subject under which tries are kept: what it is about stays unreadable. */
export function trySubject(key: string, kind: 'password' | 'letter' | 'known', about: string): string {
  return `${kind}:${createHmac('sha256', key).update(`${kind}:${about.trim().toLowerCase()}`).digest('base64url')}`
}
