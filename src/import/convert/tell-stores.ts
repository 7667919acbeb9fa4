import type { Source } from '../records.js'

/** Fields (columns) that only one of the old programs knew. Both bots kept a store named `users`. */
const MARKS: Record<Source, ReadonlySet<string>> = {
  telegram: new Set(['first_name', 'last_spin', 'total_coins_won', 'is_banned', 'ban_reason', 'role']),
  discord: new Set([
    'clicks',
    'tasks_completed',
    'last_daily_date',
    'daily_streak',
    'daily_tasks',
    'last_dice',
    'last_coinflip',
    'last_work',
    'active_boosts',
    'game_stats',
  ]),
  voice: new Set(['total_time', 'sessions', 'last_join']),
  website: new Set(['email', 'password', 'display_name', 'profile']),
}

/** Counts whose marks the records seen bear; most fields may be missing in any of them. */
export class StoreMarks {
  readonly #seen: Record<Source, number> = { telegram: 0, discord: 0, voice: 0, website: 0 }

  add(fields: readonly string[]): void {
    for (const source of Object.keys(MARKS) as Source[]) {
      this.#seen[source] += fields.filter((field) => MARKS[source].has(field)).length
    }
  }

  /** The source that the records look like when it is another than the one asked for; null: nothing speaks against it. */
  otherThan(asked: Source): Source | null {
    const best = (Object.keys(MARKS) as Source[]).reduce((a, b) => (this.#seen[b] > this.#seen[a] ? b : a))
    return this.#seen[best] > this.#seen[asked] ? best : null
  }
}
