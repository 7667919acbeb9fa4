import { type GuildChoices, listChannelChoices, readGuildChoices } from '../../core/places/discord-guilds.js'
import { channelMultiplier, type DiscordPlaces, guildMultiplier } from '../../core/places/discord-pay.js'
import { listPlaces } from '../../core/places/places.js'
import type { Database } from '../../db/connect.js'

const FRESH_MS = 30_000

/**
 * What guilds and channels pay, as the operator, the environment and the guilds chose. At most half a minute behind
 * other processes; while the database is away the last that was read holds.
 */
export class PlacesBook {
  readonly #db: Database
  readonly #listed: ReadonlySet<string>
  readonly #everywhere: boolean
  readonly #clock: () => number
  readonly #choices = new Map<string, { at: number; choices: GuildChoices }>()
  #onlyGuild: string | null = null
  #entries: { at: number; places: Omit<DiscordPlaces, 'unlisted'> } | null = null
  #loading: Promise<Omit<DiscordPlaces, 'unlisted'>> | null = null

  /** `clock` gives monotonic milliseconds. */
  constructor(
    db: Database,
    { guildIds, payEverywhere }: { guildIds: readonly string[]; payEverywhere: boolean },
    clock: () => number,
  ) {
    this.#db = db
    this.#listed = new Set(guildIds)
    this.#everywhere = payEverywhere
    this.#clock = clock
  }

  /** Whether somebody listed a guild at all, by the environment or an entry. */
  async isAnythingListed(): Promise<boolean> {
    const { listed, places } = await this.#fresh()
    return listed.size > 0 || places.size > 0
  }

  /** The guild that pays though nothing is listed, being the only one. */
  setOnlyGuild(guildId: string | null): void {
    this.#onlyGuild = guildId
  }

  async guild(guildId: string): Promise<number | null> {
    return guildMultiplier(guildId, await this.#places())
  }

  /** `channelIds`: the channel, then its parents, innermost first. */
  async channel(guildId: string, channelIds: readonly string[]): Promise<number | null> {
    return channelMultiplier(guildId, channelIds, await this.#places())
  }

  async choices(guildId: string): Promise<GuildChoices> {
    const known = this.#choices.get(guildId)
    if (known && this.#clock() - known.at < FRESH_MS) return known.choices
    const choices = await this.#orOld(
      () => readGuildChoices(this.#db.kysely, guildId),
      known?.choices ?? null,
    )
    this.#choices.set(guildId, { at: this.#clock(), choices })
    return choices
  }

  /** Something was changed here: read anew at the next question. */
  forget(): void {
    this.#entries = null
    this.#loading = null
    this.#choices.clear()
  }

  async #places(): Promise<DiscordPlaces> {
    const fresh = await this.#fresh()
    const isListed = fresh.listed.size > 0 || fresh.places.size > 0
    const only = this.#onlyGuild !== null && !isListed ? { onlyGuild: this.#onlyGuild } : 'nowhere'
    return { ...fresh, unlisted: this.#everywhere ? 'everywhere' : only }
  }

  async #fresh(): Promise<Omit<DiscordPlaces, 'unlisted'>> {
    if (this.#entries && this.#clock() - this.#entries.at < FRESH_MS) return this.#entries.places
    // Everybody who asks meanwhile waits for the same answer, so that messages keep their order.
    this.#loading ??= this.#load()
    const loading = this.#loading
    try {
      return await loading
    } finally {
      if (this.#loading === loading) this.#loading = null
    }
  }

  async #load(): Promise<Omit<DiscordPlaces, 'unlisted'>> {
    const at = this.#clock()
    const places = await this.#orOld(async () => {
      const [entries, channels] = await Promise.all([
        listPlaces(this.#db.kysely, 'discord'),
        listChannelChoices(this.#db.kysely),
      ])
      return {
        listed: this.#listed,
        places: new Map(entries.map((entry) => [entry.placeId, entry])),
        channels: new Map(channels.map((entry) => [entry.channelId, entry])),
      }
    }, this.#entries?.places ?? null)
    this.#entries = { at, places }
    return places
  }

  async #orOld<T>(read: () => Promise<T>, old: T | null): Promise<T> {
    try {
      return await read()
    } catch (error) {
      if (old === null) throw error
      return old
    }
  }
}
