import type { ChannelChoice } from './discord-guilds.js'
import type { Place } from './places.js'

export type DiscordPlaces = {
  /** Guilds that the environment names. */
  listed: ReadonlySet<string>
  /** Guilds that somebody entered. */
  places: ReadonlyMap<string, Pick<Place, 'pays' | 'multiplier'>>
  channels: ReadonlyMap<string, Pick<ChannelChoice, 'pays' | 'multiplier'>>
  /** Nothing is listed anywhere, and this guild is the only one (or every guild pays, under the sandbox). */
  unlisted: 'everywhere' | 'nowhere' | { onlyGuild: string }
}

const MULTIPLIER_MAX = 3

/** What a guild pays, 0 to 3; null where nothing is paid. An entry wins over the environment's list. */
export function guildMultiplier(guildId: string, places: DiscordPlaces): number | null {
  const entry = places.places.get(guildId)
  if (entry) return entry.pays ? clamp(entry.multiplier) : null
  if (places.listed.has(guildId)) return 1
  const { unlisted } = places
  if (unlisted === 'everywhere') return 1
  return unlisted !== 'nowhere' && unlisted.onlyGuild === guildId ? 1 : null
}

/** What a channel pays: its own entry or its parent's over the guild's; all multipliers together stay within 0 to 3. */
export function channelMultiplier(
  guildId: string,
  channelIds: readonly string[],
  places: DiscordPlaces,
): number | null {
  const guild = guildMultiplier(guildId, places)
  if (guild === null) return null
  const own = channelIds.map((id) => places.channels.get(id)).find((entry) => entry !== undefined)
  if (!own) return guild
  return own.pays ? clamp(guild * own.multiplier) : null
}

function clamp(multiplier: number): number {
  return Math.min(Math.max(multiplier, 0), MULTIPLIER_MAX)
}
