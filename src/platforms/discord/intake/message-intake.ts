import { fingerprint } from '../../../core/messages/fingerprint.js'
import type { AwardOutcome } from '../../../core/progression/award.js'
import { describeError } from '../errors.js'
import { timeOf } from '../snowflake.js'
import type { Kit } from '../types.js'
import type { AwardQueue } from './award-queue.js'
import { isTalk, type MessageFacts } from './message-facts.js'
import type { SeenMarks } from './seen-marks.js'

/** Messages whose place is being asked for; beyond it they are read again later, like those that the queue drops. */
const ASKING_MAX = 2_000

/** Turns messages into awards. What a message pays is decided behind the door; here is only what it is. */
export class MessageIntake {
  readonly #kit: Kit
  readonly #queue: AwardQueue
  readonly #marks: SeenMarks
  readonly #missed: (guildId: string, messageId: string) => void
  #asking = 0

  /** `missed` is told when a guild's message could not be kept and must be read again. */
  constructor(
    kit: Kit,
    queue: AwardQueue,
    marks: SeenMarks,
    missed: (guildId: string, messageId: string) => void,
  ) {
    this.#kit = kit
    this.#queue = queue
    this.#marks = marks
    this.#missed = missed
  }

  /** `parents`: the channel's parents (a thread's channel, its category), innermost first. */
  async take(message: MessageFacts, parents: readonly string[]): Promise<void> {
    const { guildId, channelId, authorId, id } = message
    if (!isTalk(message)) {
      if (this.#queue.size === 0) this.#marks.saw(guildId, id)
      return
    }
    if (this.#asking >= ASKING_MAX) return this.#missed(guildId, id)
    let multiplier: number | null
    this.#asking += 1
    try {
      multiplier = await this.#kit.places.channel(guildId, [channelId, ...parents])
    } catch (error) {
      // What the guild pays was never read: the message is read again when the database is back.
      this.#kit.log.warn({ error: describeError(error) }, 'a message waits for the database')
      this.#missed(guildId, id)
      return
    } finally {
      this.#asking -= 1
    }
    const text = this.#kit.hasMessageContent() ? message.content.trim() : null
    this.#queue.push({
      award: {
        key: `discord:message:${id}`,
        who: { platform: 'discord', id: authorId },
        occurredAt: timeOf(id),
        source: 'discord',
        act: {
          type: 'message',
          length: text === null ? null : [...text].length,
          fingerprint: text === null ? null : fingerprint(text, this.#kit.settings.fingerprintKey),
          multiplier,
          place: `${guildId}/${channelId}`,
        },
        // Where nothing is paid nobody gets an account.
        ...(multiplier === null
          ? {}
          : { create: { username: message.username, displayName: message.displayName } }),
      },
      settled: (outcome) => this.#settled(message, outcome),
      dropped: () => this.#missed(guildId, id),
    })
  }

  #settled({ guildId, id, authorId }: MessageFacts, outcome: AwardOutcome | null): void {
    this.#marks.saw(guildId, id)
    if (outcome?.status === 'recorded' && outcome.created) this.#kit.lookAtRoles(guildId, authorId)
  }
}
