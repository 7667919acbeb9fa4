import { createHash } from 'node:crypto'
import { type Lease, releaseLease, renewLease, takeLease } from '../../core/duties/leases.js'
import type { Database } from '../../db/connect.js'
import type { DiscordSettings } from './types.js'

/**
 * Keeps two of our processes from running the same shards of one token: whoever comes second stands by. The name
 * shows nothing of the token.
 */
export class ShardLeases {
  readonly #db: Database
  readonly #names: readonly string[]
  readonly #holder: string
  readonly #seconds: number
  #held: Lease[] = []

  constructor(
    db: Database,
    { token, shards, holder }: Pick<DiscordSettings, 'token' | 'shards' | 'holder'>,
    seconds: number,
  ) {
    this.#db = db
    this.#holder = holder
    this.#seconds = seconds
    const mark = createHash('sha256').update(token).digest('hex').slice(0, 16)
    const parts = shards === undefined ? ['all'] : shards.ids.map((id) => `${id}/${shards.count}`)
    this.#names = parts.map((part) => `discord:${mark}:${part}`)
  }

  /** Takes all of them or none; false while somebody else has one. Throws when the database is away. */
  async take(): Promise<boolean> {
    const held: Lease[] = []
    for (const name of this.#names) {
      const lease = await takeLease(this.#db, name, this.#holder, this.#seconds)
      if (!lease) {
        for (const taken of held) await releaseLease(this.#db, taken)
        return false
      }
      held.push(lease)
    }
    this.#held = held
    return true
  }

  /**
   * Keeps them; false when one is somebody else's now. One that ran out while the database was away and that nobody
   * took is simply taken again.
   */
  async renew(): Promise<boolean> {
    for (const [index, lease] of this.#held.entries()) {
      if (await renewLease(this.#db, lease, this.#seconds)) continue
      const again = await takeLease(this.#db, lease.name, this.#holder, this.#seconds)
      if (!again) return false
      this.#held[index] = again
    }
    return true
  }

  async release(): Promise<void> {
    for (const lease of this.#held.splice(0)) await releaseLease(this.#db, lease).catch(() => {})
  }
}
