/** Discord's epoch: the first moment of 2015, in Unix milliseconds. */
const DISCORD_EPOCH_MS = 1_420_070_400_000

/**
 * Makes the id that Discord would give to something created at `atMs`: 42 bits of milliseconds, 10 bits of
 * worker, 12 bits of counter. Such ids exceed 2^53, so they are strings everywhere.
 */
export function snowflakeAt(atMs: number, counter = 0, worker = 1): string {
  const time = BigInt(Math.floor(atMs) - DISCORD_EPOCH_MS)
  return ((time << 22n) | (BigInt(worker & 0x3ff) << 12n) | BigInt(counter & 0xfff)).toString()
}

/** Unix milliseconds at which an id was made. */
export function snowflakeTime(id: string): number {
  return Number(BigInt(id) >> 22n) + DISCORD_EPOCH_MS
}

/** The shard that hears of a guild when there are `shardCount` of them. */
export function shardOfGuild(guildId: string, shardCount: number): number {
  return Number((BigInt(guildId) >> 22n) % BigInt(shardCount))
}

/** Compares two ids by age: negative when `a` is older. */
export function compareIds(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** True for a string that can be an id: 1 to 20 digits that fit 64 bits. */
export function isSnowflake(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,20}$/.test(value) && BigInt(value) < 1n << 64n
}

/** Hands out ids that always rise, also within one millisecond and when the clock steps back. */
export class SnowflakeMaker {
  #lastMs = 0
  #counter = 0
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  next(): string {
    const now = Math.floor(this.#now())
    if (now > this.#lastMs) {
      this.#lastMs = now
      this.#counter = 0
    } else if (++this.#counter > 0xfff) {
      this.#lastMs += 1
      this.#counter = 0
    }
    return snowflakeAt(this.#lastMs, this.#counter)
  }
}
