import { type APIMessage, type Client, type Guild, PermissionFlagsBits, Routes } from 'discord.js'
import { readGuildChoices } from '../../../core/places/discord-guilds.js'
import { describeError } from '../errors.js'
import { idAt, isLater } from '../snowflake.js'
import type { Kit } from '../types.js'
import { factsOfRead } from './message-facts.js'
import type { MessageIntake } from './message-intake.js'
import type { SeenMarks } from './seen-marks.js'

const BACK_MS_MAX = 3_600_000
const PAGE = 100
const PAGES_MAX = 5
const NEEDED = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory

/**
 * Reads the messages that were missed (restart, lost session, full queue) of paying channels, at most an hour back and
 * 500 a channel. Only channels whose newest message lies behind the guild's mark cost a request.
 */
export class CatchUp {
  readonly #kit: Kit
  readonly #intake: MessageIntake
  readonly #marks: SeenMarks
  readonly #running = new Map<string, Promise<void>>()
  /** Guilds that must be read again; their marks are held. */
  readonly #failed = new Set<string>()

  constructor(kit: Kit, intake: MessageIntake, marks: SeenMarks) {
    this.#kit = kit
    this.#intake = intake
    this.#marks = marks
  }

  /**
   * Catches up guilds of a new session one after the other, from their stored marks: what was seen since in this
   * session says nothing of what was missed before it, so from now on the marks stand still. Waits for `places` first.
   */
  async runAll(guilds: readonly Guild[], places: Promise<void>): Promise<void> {
    for (const { id } of guilds) this.#marks.hold(id)
    await places
    for (const guild of guilds) {
      await this.run(guild)
      this.#marks.release(guild.id)
    }
  }

  /** Tries guilds again that could not be read (the database or Discord was away). */
  async again(guildOf: (id: string) => Guild | undefined): Promise<void> {
    for (const id of [...this.#failed]) {
      this.#failed.delete(id)
      const guild = guildOf(id)
      if (guild) await this.run(guild)
      this.#marks.release(id)
    }
  }

  async idle(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  /**
   * Catches up one guild from its stored mark, or from `from` on. A call while one is under way comes after it: that one
   * may be past what is missing by now.
   */
  run(guild: Guild, from: string | null = null): Promise<void> {
    const before = this.#running.get(guild.id) ?? Promise.resolve()
    const running = before
      .then(() => this.#catchUp(guild, from))
      .catch((error: unknown) => {
        this.#kit.log.warn({ guild: guild.id, error: describeError(error) }, 'missed messages are read later')
        if (this.#failed.has(guild.id)) return
        this.#failed.add(guild.id)
        this.#marks.hold(guild.id)
      })
      .finally(() => {
        if (this.#running.get(guild.id) === running) this.#running.delete(guild.id)
      })
    this.#running.set(guild.id, running)
    return running
  }

  async #catchUp(guild: Guild, from: string | null): Promise<void> {
    const { places, db, now } = this.#kit
    if ((await places.guild(guild.id)) === null) return
    const mark = from ?? (await readGuildChoices(db.kysely, guild.id)).seenMessageId
    if (mark === null) {
      // From here on the guild has a mark, also one in which nobody has spoken yet. Told by Discord's ids, since our
      // clock may be wrong, and stored at once: a crash in the first seconds would else begin here again.
      this.#marks.saw(guild.id, newestIn(guild))
      await this.#marks.begin(db, guild.id)
      return
    }
    this.#marks.hold(guild.id)
    try {
      const oldest = idAt(new Date(now().getTime() - BACK_MS_MAX))
      const after = isLater(mark, oldest) ? mark : oldest
      for (const channel of this.#missed(guild, after)) await this.#read(guild, channel, after)
    } finally {
      this.#marks.release(guild.id)
    }
  }

  #missed(guild: Guild, after: string) {
    const me = guild.members.me
    return [...guild.channels.cache.values()].filter((channel) => {
      if (!('lastMessageId' in channel) || !channel.lastMessageId) return false
      return isLater(channel.lastMessageId, after) && (me === null || channel.permissionsFor(me).has(NEEDED))
    })
  }

  async #read(
    guild: Guild,
    channel: { id: string; parentId?: string | null; client: Client },
    after: string,
  ) {
    const parents = parentsOf(channel)
    if ((await this.#kit.places.channel(guild.id, [channel.id, ...parents])) === null) return
    let last = after
    for (let page = 0; page < PAGES_MAX; page++) {
      const query = new URLSearchParams({ after: last, limit: String(PAGE) })
      const messages = (await this.#kit.rest.get(Routes.channelMessages(channel.id), {
        query,
      })) as APIMessage[]
      const inOrder = messages.sort((a, b) => (isLater(a.id, b.id) ? 1 : -1))
      for (const message of inOrder) await this.#intake.take(factsOfRead(message, guild.id), parents)
      last = inOrder.at(-1)?.id ?? last
      if (messages.length < PAGE) return
    }
  }
}

/** The newest message of a guild that Discord told of; its own id where nobody has spoken. */
function newestIn(guild: Guild): string {
  return [...guild.channels.cache.values()].reduce((newest, channel) => {
    const last = 'lastMessageId' in channel ? channel.lastMessageId : null
    return last && isLater(last, newest) ? last : newest
  }, guild.id)
}

/** A thread's channel and a channel's category, innermost first. */
export function parentsOf(channel: { parentId?: string | null; client: Client } | null): string[] {
  const parents: string[] = []
  for (let id = channel?.parentId ?? null; id !== null && parents.length < 3; ) {
    parents.push(id)
    const parent = channel?.client.channels.cache.get(id)
    id = parent && 'parentId' in parent ? (parent.parentId ?? null) : null
  }
  return parents
}
