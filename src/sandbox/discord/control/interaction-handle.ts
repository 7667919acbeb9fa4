import type { Core } from '../core.js'
import { ANSWER, type Interaction } from '../interactions/interaction-store.js'
import { waitOn } from '../model/signal.js'
import { type Json, MESSAGE_FLAG, type Message } from '../model/types.js'

/** What a person sees after pressing or typing: wait for the bot's answer here. */
export class InteractionHandle {
  readonly interaction: Interaction
  readonly #core: Core

  constructor(core: Core, interaction: Interaction) {
    this.#core = core
    this.interaction = interaction
  }

  /** Resolves when the bot gave its first answer or the deadline passed (`failed`). */
  async answered(timeoutMs?: number): Promise<Interaction> {
    const { interaction } = this
    if (interaction.answeredBy !== null || interaction.failed) return interaction
    return waitOn(this.#core.interactions.settled, (one) => one === interaction, {
      what: `an answer to interaction ${interaction.id}`,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    })
  }

  /** Resolves with the finished message of the answer: a deferred one only once it is filled in. */
  async reply(timeoutMs?: number): Promise<Message> {
    const answered = await this.answered(timeoutMs)
    if (answered.failed) throw new Error('The application did not respond')
    const finished = (message: Message | undefined): message is Message =>
      message !== undefined &&
      message.id === answered.originalId &&
      (message.flags & MESSAGE_FLAG.loading) === 0
    const now = this.#core.world.messages.get(answered.channelId)?.get(answered.originalId ?? '')
    // A deferred update is finished when the message changes.
    if (finished(now) && answered.answeredBy !== ANSWER.deferUpdate) return now
    const event = await waitOn(
      this.#core.world.messageEvents,
      (one) => one.kind === 'edited' && finished(one.message),
      {
        what: `the finished answer to interaction ${answered.id}`,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      },
    )
    return event.message
  }

  /** Resolves with the modal that the bot opened. */
  async modal(timeoutMs?: number): Promise<Json> {
    const { modal } = await this.answered(timeoutMs)
    if (!modal) throw new Error('The bot answered, but with no modal')
    return modal
  }
}
