import { type Client, Events, type Guild, Status, type VoiceState } from 'discord.js'
import { isOutage } from '../../../core/availability/is-outage.js'
import { eligibleSeats, type VoiceSeat } from '../../../core/voice/eligibility.js'
import { VoiceMachine, type VoiceMinute, type VoicePresence } from '../../../core/voice/voice-machine.js'
import {
  endVoiceSessions,
  readVoiceSessions,
  saveVoice,
  voiceAward,
} from '../../../core/voice/voice-sessions.js'
import { describeError } from '../errors.js'
import { parentsOf } from '../intake/catch-up.js'
import type { Kit } from '../types.js'

type Person = { isBot: boolean; username: string; displayName: string }

/**
 * Watches who sits in voice, counts eligible time and has it stored every few seconds. While the database is away
 * the minutes are kept; while the gateway is away nobody watches and nothing counts.
 */
export class VoiceWatch {
  readonly #kit: Kit
  readonly #machine = new VoiceMachine()
  /** People in voice, who need not be in any cache. */
  readonly #people = new Map<string, Person>()
  /** Guilds whose stored sessions were taken up; before that nothing is observed. */
  readonly #open = new Set<string>()
  readonly #observing = new Map<string, Promise<void>>()
  readonly #again = new Set<string>()
  #saving: Promise<void> = Promise.resolve()
  #queued: Promise<void> | null = null
  #client: Client | null = null

  constructor(kit: Kit) {
    this.#kit = kit
  }

  attach(client: Client): void {
    this.#client = client
    client.on(Events.VoiceStateUpdate, (_, after) => this.#changed(after))
    client.on(Events.GuildUpdate, (_, guild) => void this.#soon(guild))
    client.on(Events.GuildAvailable, (guild) => void this.#soon(guild))
    client.on(Events.GuildDelete, (guild) => this.#pause([guild.id]))
    client.on(Events.GuildUnavailable, (guild) => this.#pause([guild.id]))
    client.on(Events.ShardReconnecting, (shard) => this.#pause(this.#guildsOf(shard)))
    client.on(Events.ShardDisconnect, (_, shard) => this.#pause(this.#guildsOf(shard)))
    const back = (shard: number) => {
      for (const id of this.#guildsOf(shard)) {
        const guild = client.guilds.cache.get(id)
        if (guild) void this.#soon(guild)
      }
    }
    client.on(Events.ShardResume, back)
    client.on(Events.ShardReady, back)
  }

  /** Counts up to now and stores it. Called by a timer; tests call it with their own clock. */
  async tick(): Promise<void> {
    this.#machine.advance(this.#kit.now())
    // A guild whose stored sessions could not be read yet.
    for (const guild of this.#client?.guilds.cache.values() ?? []) {
      if (!this.#open.has(guild.id) && this.#isWatched(guild)) void this.#soon(guild)
    }
    await this.save()
  }

  /** The client is gone: what was watched is stored, nothing more is. */
  async detach(): Promise<void> {
    await Promise.all(this.#observing.values())
    this.#machine.pause([...this.#open], this.#kit.now())
    this.#open.clear()
    this.#client = null
    await this.save()
  }

  /** Resolves when every change that came in is observed and stored. */
  async idle(): Promise<void> {
    while (this.#observing.size > 0) await Promise.all(this.#observing.values())
    await this.#saving
  }

  /** Stores how everything stands now; calls while one is under way make one more. */
  save(): Promise<void> {
    this.#queued ??= this.#saving.then(() => {
      this.#queued = null
      return this.#save()
    })
    this.#saving = this.#queued
    return this.#saving
  }

  async #save(): Promise<void> {
    const { db, rules, newId, log, lookAtRoles } = this.#kit
    const snapshot = this.#machine.snapshot()
    if (snapshot.open.length + snapshot.ended.length + snapshot.minutes.length === 0) return
    try {
      const { lost, created } = await saveVoice(db, snapshot, { rules: rules(), newId }, (discordId, error) =>
        log.error({ discordId, error: describeError(error) }, 'a voice session was refused'),
      )
      this.#machine.stored(snapshot)
      for (const discordId of lost) this.#machine.drop(discordId)
      for (const minute of snapshot.minutes) {
        if (created.includes(minute.discordId))
          lookAtRoles(minute.place.split('/')[0] ?? '', minute.discordId)
      }
    } catch (error) {
      if (isOutage(error)) await this.#keep(snapshot.minutes)
      else log.error({ error: describeError(error) }, 'voice could not be stored')
    }
  }

  /** While the database is away completed minutes go to the disk where something keeps them; else they wait here. */
  async #keep(minutes: readonly VoiceMinute[]): Promise<void> {
    const { writer } = this.#kit
    if (!('take' in writer)) return
    const kept = await Promise.allSettled(minutes.map((minute) => writer.take(voiceAward(minute))))
    const done = minutes.filter((_, index) => kept[index]?.status === 'fulfilled')
    this.#machine.stored({ open: [], ended: [], minutes: done })
  }

  #changed(state: VoiceState): void {
    if (state.member) this.#know(state)
    void this.#soon(state.guild)
  }

  #pause(guildIds: readonly string[]): void {
    this.#machine.pause(guildIds, this.#kit.now())
    for (const id of guildIds) this.#open.delete(id)
    void this.save()
  }

  #isWatched(guild: Guild): boolean {
    return guild.available && this.#client?.ws.shards.get(guild.shardId)?.status === Status.Ready
  }

  #guildsOf(shard: number): string[] {
    return [...(this.#client?.guilds.cache.values() ?? [])]
      .filter((guild) => guild.shardId === shard)
      .map((guild) => guild.id)
  }

  /** Observes a guild; changes that come meanwhile make one more look. */
  #soon(guild: Guild): Promise<void> {
    const running = this.#observing.get(guild.id)
    if (running) {
      this.#again.add(guild.id)
      return running
    }
    const observing = this.#observe(guild)
      .catch((error: unknown) => {
        if (!isOutage(error))
          this.#kit.log.error({ error: describeError(error) }, 'voice could not be observed')
      })
      .finally(() => {
        this.#observing.delete(guild.id)
        if (this.#again.delete(guild.id)) void this.#soon(guild)
      })
    this.#observing.set(guild.id, observing)
    return observing
  }

  async #observe(guild: Guild): Promise<void> {
    const { places, db, now } = this.#kit
    if (!this.#isWatched(guild)) return
    const pays = (await places.guild(guild.id)) !== null
    if (!pays) return this.#machine.observe(guild.id, [], now())
    const { serverMuteCounts } = await places.choices(guild.id)
    await this.#meet(guild)
    const presences = await this.#presences(guild, serverMuteCounts)
    if (!this.#open.has(guild.id)) {
      const stored = await readVoiceSessions(db.kysely, guild.id)
      const gone: string[] = []
      for (const { discordId, accruedMs, startedAt } of stored) {
        const presence = presences.find((one) => one.discordId === discordId)
        if (presence) this.#machine.resume(presence, accruedMs, startedAt, now())
        else gone.push(discordId)
      }
      await endVoiceSessions(db, guild.id, gone)
      this.#open.add(guild.id)
    }
    this.#machine.observe(guild.id, presences, now())
    await this.save()
  }

  async #presences(guild: Guild, serverMuteCounts: boolean): Promise<VoicePresence[]> {
    const seats = this.#seats(guild)
    const eligible = eligibleSeats(seats, { afkChannelId: guild.afkChannelId, serverMuteCounts })
    const multipliers = new Map<string, number | null>()
    for (const channelId of new Set(seats.map((seat) => seat.channelId))) {
      const channel = guild.channels.cache.get(channelId) ?? null
      multipliers.set(channelId, await this.#kit.places.channel(guild.id, [channelId, ...parentsOf(channel)]))
    }
    return seats.flatMap((seat) => {
      const person = this.#people.get(seat.discordId)
      const multiplier = multipliers.get(seat.channelId) ?? null
      if (seat.isBot || !person) return []
      const { username, displayName } = person
      return [
        {
          discordId: seat.discordId,
          guildId: guild.id,
          channelId: seat.channelId,
          eligible: multiplier !== null && (eligible.get(seat.discordId) ?? false),
          multiplier: multiplier ?? 0,
          facts: { username, displayName },
        },
      ]
    })
  }

  #seats(guild: Guild): VoiceSeat[] {
    return [...guild.voiceStates.cache.values()].flatMap((state) =>
      state.channelId === null
        ? []
        : [
            {
              discordId: state.id,
              channelId: state.channelId,
              // Nobody knows yet who this is: he counts as nobody.
              isBot: this.#people.get(state.id)?.isBot ?? true,
              deaf: Boolean(state.selfDeaf || state.serverDeaf),
              serverMute: Boolean(state.serverMute),
            },
          ],
    )
  }

  /** Learns who sits in voice; the gateway names those who were there before the bot came by their id alone. */
  async #meet(guild: Guild): Promise<void> {
    const unknown: string[] = []
    for (const state of guild.voiceStates.cache.values()) {
      if (state.channelId === null) continue
      if (state.member) this.#know(state)
      else if (!this.#people.has(state.id)) unknown.push(state.id)
    }
    for (let at = 0; at < unknown.length; at += 100) {
      const user = unknown.slice(at, at + 100)
      const members = await guild.members.fetch({ user, time: 10_000 })
      for (const member of members.values()) {
        const { username, bot } = member.user
        this.#people.set(member.id, { isBot: bot, username, displayName: member.displayName })
      }
    }
    if (this.#people.size > 2 * this.#machine.size + 1_000) this.#forget()
  }

  #know({ id, member }: VoiceState): void {
    if (!member?.user) return
    const { user, displayName } = member
    this.#people.set(id, { isBot: user.bot, username: user.username, displayName })
  }

  #forget(): void {
    const present = new Set(this.#machine.snapshot().open.map((session) => session.discordId))
    for (const [id, { isBot }] of this.#people) if (!isBot && !present.has(id)) this.#people.delete(id)
  }
}
