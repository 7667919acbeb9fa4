/** A person in a voice channel as the platform tells it. */
export type VoiceSeat = {
  discordId: string
  channelId: string
  isBot: boolean
  /** By himself or by the server. */
  deaf: boolean
  serverMute: boolean
}

/**
 * Whose time counts: at least two humans sit in the channel, and the person is neither deafened nor in the guild's
 * AFK channel. Whether somebody muted by the server counts is the guild's choice. Bots are nobody.
 */
export function eligibleSeats(
  seats: readonly VoiceSeat[],
  { afkChannelId, serverMuteCounts }: { afkChannelId: string | null; serverMuteCounts: boolean },
): Map<string, boolean> {
  const humans = new Map<string, number>()
  for (const seat of seats) {
    if (!seat.isBot) humans.set(seat.channelId, (humans.get(seat.channelId) ?? 0) + 1)
  }
  return new Map(
    seats
      .filter((seat) => !seat.isBot)
      .map((seat) => [
        seat.discordId,
        seat.channelId !== afkChannelId &&
          (humans.get(seat.channelId) ?? 0) >= 2 &&
          !seat.deaf &&
          (serverMuteCounts || !seat.serverMute),
      ]),
  )
}
