import { saveSeenMessages } from '../../../core/places/discord-guilds.js'
import type { Database } from '../../../db/connect.js'
import { idAt, isLater, timeOf } from '../snowflake.js'

/** Messages of a guild arrive nearly in order; so much disorder is allowed for. */
const MARGIN_MS = 10_000

/**
 * Up to which message each guild is recorded: one row a guild, written every few seconds. A mark stands still while
 * older messages of its guild may still be missing.
 */
export class SeenMarks {
  readonly #seen = new Map<string, string>()
  readonly #held = new Map<string, number>()
  readonly #dirty = new Set<string>()

  /** A message is recorded (or counts for nothing). */
  saw(guildId: string, messageId: string): void {
    const known = this.#seen.get(guildId)
    if (known !== undefined && !isLater(messageId, known)) return
    this.#seen.set(guildId, messageId)
    this.#dirty.add(guildId)
  }

  /** Keeps a guild's stored mark where it is until as many `release`. */
  hold(guildId: string): void {
    this.#held.set(guildId, (this.#held.get(guildId) ?? 0) + 1)
  }

  release(guildId: string): void {
    const left = (this.#held.get(guildId) ?? 0) - 1
    if (left > 0) this.#held.set(guildId, left)
    else this.#held.delete(guildId)
  }

  /** Stores what moved. Throws when the database is away; nothing is lost by that. */
  save(db: Database): Promise<void> {
    return this.#store(
      db,
      [...this.#dirty].filter((guildId) => !this.#held.has(guildId)),
    )
  }

  /** Stores a guild's first mark, held or not: there is none yet that could stand still. */
  begin(db: Database, guildId: string): Promise<void> {
    return this.#store(db, [guildId])
  }

  async #store(db: Database, due: readonly string[]): Promise<void> {
    const marks = new Map(
      due.map((guildId) => {
        const seen = this.#seen.get(guildId) ?? '0'
        return [guildId, idAt(new Date(timeOf(seen).getTime() - MARGIN_MS))]
      }),
    )
    await saveSeenMessages(db, marks)
    for (const guildId of due) this.#dirty.delete(guildId)
  }
}
