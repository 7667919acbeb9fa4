import type { PersonFacts } from '../accounts/identity.js'

/** What is paid for: a completed minute of eligible presence. */
export type VoiceMinute = {
  discordId: string
  completedAt: Date
  multiplier: number
  place: string
  facts: PersonFacts
}

/** Where a person sits, and whether his time counts there. */
export type VoicePresence = {
  discordId: string
  guildId: string
  channelId: string
  eligible: boolean
  multiplier: number
  facts: PersonFacts
}

export type VoiceSession = VoicePresence & {
  /** Eligible milliseconds that make no full minute yet. */
  accruedMs: number
  /** Time after this was watched by nobody. */
  watchedUntil: Date
  startedAt: Date
  /** Just joined here: this process may take the session over from another. */
  fresh: boolean
}

const MINUTE_MS = 60_000
/** A look that comes later than this (suspend, clock jump) pays nothing for the time before it. */
const UNWATCHED_MS = 90_000

/**
 * Watches who sits in voice and counts eligible minutes. Pure: times come in as arguments, minutes and sessions go out,
 * storing them is `saveVoice`. Moves between channels continue a session; leaving ends it.
 */
export class VoiceMachine {
  readonly #sessions = new Map<string, VoiceSession>()
  #minutes: VoiceMinute[] = []
  readonly #ended = new Map<string, string>()

  get size(): number {
    return this.#sessions.size
  }

  /** Brings one guild to `now` and sets who sits there from then on; people who are missing have left. */
  observe(guildId: string, presences: readonly VoicePresence[], now: Date): void {
    this.advance(now, guildId)
    const present = new Set(presences.map((one) => one.discordId))
    for (const session of this.#of(guildId)) {
      if (!present.has(session.discordId)) this.#end(session)
    }
    for (const presence of presences) {
      const known = this.#sessions.get(presence.discordId)
      if (known) {
        if (known.guildId !== guildId) this.#count(known, now)
        Object.assign(known, presence, { fresh: known.fresh || known.guildId !== guildId })
      } else this.#open(presence, 0, now, now, true)
    }
  }

  /** Takes up a stored session after a restart: its part of a minute is kept, the time nobody watched is not counted. */
  resume(presence: VoicePresence, accruedMs: number, startedAt: Date, now: Date): void {
    const known = this.#sessions.get(presence.discordId)
    if (!known) this.#open(presence, accruedMs, startedAt, now, false)
  }

  /** Counts the time up to `now` for everybody (or for one guild). */
  advance(now: Date, guildId?: string): void {
    for (const session of this.#sessions.values()) {
      if (guildId === undefined || session.guildId === guildId) this.#count(session, now)
    }
  }

  /** The connection is gone: what is known counts up to `now`, then nothing until the guild is observed again. */
  pause(guildIds: readonly string[], now: Date): void {
    for (const guildId of guildIds) {
      this.advance(now, guildId)
      for (const session of this.#of(guildId)) session.eligible = false
    }
  }

  /** Drops a session that another process took over. Its unpaid minutes are the other's to count. */
  drop(discordId: string): void {
    this.#sessions.delete(discordId)
    this.#minutes = this.#minutes.filter((minute) => minute.discordId !== discordId)
  }

  /** What must be stored: copies, so that time may go on meanwhile. */
  snapshot(): VoiceSnapshot {
    return {
      open: [...this.#sessions.values()].map((session) => ({ ...session })),
      ended: [...this.#ended].map(([discordId, guildId]) => ({ discordId, guildId })),
      minutes: [...this.#minutes],
    }
  }

  /** The snapshot is durable: its minutes and endings are done with. */
  stored(snapshot: VoiceSnapshot): void {
    const done = new Set(snapshot.minutes)
    this.#minutes = this.#minutes.filter((minute) => !done.has(minute))
    for (const { discordId, guildId } of snapshot.ended) {
      if (this.#ended.get(discordId) === guildId) this.#ended.delete(discordId)
    }
    for (const { discordId } of snapshot.open) {
      const session = this.#sessions.get(discordId)
      if (session) session.fresh = false
    }
  }

  #of(guildId: string): VoiceSession[] {
    return [...this.#sessions.values()].filter((session) => session.guildId === guildId)
  }

  #open(presence: VoicePresence, accruedMs: number, startedAt: Date, now: Date, fresh: boolean): void {
    this.#ended.delete(presence.discordId)
    this.#sessions.set(presence.discordId, { ...presence, accruedMs, startedAt, watchedUntil: now, fresh })
  }

  #end(session: VoiceSession): void {
    this.#sessions.delete(session.discordId)
    this.#ended.set(session.discordId, session.guildId)
  }

  #count(session: VoiceSession, now: Date): void {
    const from = session.watchedUntil.getTime()
    const passed = now.getTime() - from
    session.watchedUntil = now
    if (!session.eligible || passed <= 0 || passed > UNWATCHED_MS) return
    let accrued = session.accruedMs + passed
    let completed = from + MINUTE_MS - session.accruedMs
    for (; accrued >= MINUTE_MS; accrued -= MINUTE_MS, completed += MINUTE_MS) {
      this.#minutes.push({
        discordId: session.discordId,
        completedAt: new Date(completed),
        multiplier: session.multiplier,
        place: `${session.guildId}/${session.channelId}`,
        facts: session.facts,
      })
    }
    session.accruedMs = accrued
  }
}

export type VoiceSnapshot = {
  open: VoiceSession[]
  ended: { discordId: string; guildId: string }[]
  minutes: VoiceMinute[]
}

/** Natural key of a voice minute: the UTC minute in which its 60 seconds were completed. */
export function voiceMinuteKey({ discordId, completedAt }: VoiceMinute): string {
  return `voice:${discordId}:${completedAt.toISOString().slice(0, 16)}Z`
}
