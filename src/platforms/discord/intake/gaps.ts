import type { Guild } from 'discord.js'
import { isLater } from '../snowflake.js'
import type { AwardQueue } from './award-queue.js'
import type { CatchUp } from './catch-up.js'
import type { SeenMarks } from './seen-marks.js'

/** Messages that could be kept nowhere: remembers from where on each guild must be read again, and has it done. */
export class Gaps {
  readonly #from = new Map<string, string>()
  readonly #queue: AwardQueue
  readonly #marks: SeenMarks
  #closing: Promise<void> | null = null

  constructor(queue: AwardQueue, marks: SeenMarks) {
    this.#queue = queue
    this.#marks = marks
  }

  /** A message was lost; the guild's stored mark stays before it until it is read again. */
  add(guildId: string, messageId: string): void {
    const known = this.#from.get(guildId)
    if (known === undefined) this.#marks.hold(guildId)
    if (known === undefined || isLater(known, messageId)) this.#from.set(guildId, messageId)
  }

  /** Reads again what is missing, once there is room for it. */
  async close(catchUp: CatchUp, guildOf: (id: string) => Guild | undefined): Promise<void> {
    if (this.#from.size === 0 || this.#queue.size > 0) return
    this.#closing ??= this.#close(catchUp, guildOf).finally(() => {
      this.#closing = null
    })
    await this.#closing
  }

  async #close(catchUp: CatchUp, guildOf: (id: string) => Guild | undefined): Promise<void> {
    for (const [guildId, from] of [...this.#from]) {
      const guild = guildOf(guildId)
      if (!guild) continue
      this.#from.delete(guildId)
      await catchUp.run(guild, String(BigInt(from) - 1n))
      this.#marks.release(guildId)
    }
  }
}
