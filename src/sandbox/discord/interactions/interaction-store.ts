import { randomBytes } from 'node:crypto'
import { Signal } from '../model/signal.js'
import type { Json, Message } from '../model/types.js'
import type { World } from '../model/world.js'
import type { Settings } from '../options.js'

/** Interaction kinds by Discord's numbers. */
export const INTERACTION = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const

/** Interactions that are remembered. */
const KEPT_MAX = 5_000

/** Kinds of answers by Discord's numbers. */
export const ANSWER = { message: 4, defer: 5, deferUpdate: 6, update: 7, choices: 8, modal: 9 } as const

export interface Interaction {
  readonly id: string
  readonly token: string
  readonly type: number
  readonly createdAt: number
  readonly userId: string
  readonly guildId: string | null
  readonly channelId: string
  readonly data: Json
  /** The message whose button or menu was used, or from whose button a modal came. */
  readonly source: Message | null
  /** The first answer's number, null while there is none. */
  answeredBy: number | null
  /** The message that `@original` means. */
  originalId: string | null
  /** The modal that the bot opened. */
  modal: Json | null
  choices: readonly Json[] | null
  /** True once the deadline passed without an answer. */
  failed: boolean
}

export type NewInteraction = Pick<
  Interaction,
  'type' | 'userId' | 'guildId' | 'channelId' | 'data' | 'source'
>

/** Keeps interactions, their deadlines and their answers. */
export class InteractionStore {
  /** Rings when an interaction got its first answer or failed. */
  readonly settled = new Signal<Interaction>()
  readonly #byToken = new Map<string, Interaction>()
  readonly #byId = new Map<string, Interaction>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #world: World
  readonly #settings: Settings

  constructor(world: World, settings: Settings) {
    this.#world = world
    this.#settings = settings
  }

  create(input: NewInteraction): Interaction {
    const id = this.#world.ids.next()
    const token = Buffer.from(`interaction:${id}:${randomBytes(48).toString('base64url')}`).toString(
      'base64url',
    )
    const interaction: Interaction = {
      ...input,
      id,
      token,
      createdAt: this.#settings.now(),
      answeredBy: null,
      originalId: null,
      modal: null,
      choices: null,
      failed: false,
    }
    this.#byToken.set(token, interaction)
    this.#byId.set(id, interaction)
    this.#forgetOldest()
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#expire(interaction)
    }, this.#settings.interactionDeadlineMs)
    timer.unref()
    this.#timers.add(timer)
    return interaction
  }

  byId(id: string): Interaction | undefined {
    return this.#byId.get(id)
  }

  byToken(token: string): Interaction | undefined {
    return this.#byToken.get(token)
  }

  all(): Iterable<Interaction> {
    return this.#byId.values()
  }

  /** True when the first answer comes too late. */
  isLate(interaction: Interaction): boolean {
    return (
      interaction.failed ||
      this.#settings.now() - interaction.createdAt > this.#settings.interactionDeadlineMs
    )
  }

  /** True when the token is no longer good for anything. */
  isTokenOver(interaction: Interaction): boolean {
    return this.#settings.now() - interaction.createdAt > this.#settings.interactionTokenMs
  }

  settle(interaction: Interaction, answer: number): void {
    interaction.answeredBy = answer
    this.settled.emit(interaction)
    this.#world.changes.emit()
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }

  /** Keeps memory bounded: whoever plays for days needs no answers of the first hour. */
  #forgetOldest(): void {
    for (const old of this.#byId.values()) {
      if (this.#byId.size <= KEPT_MAX) return
      this.#byId.delete(old.id)
      this.#byToken.delete(old.token)
    }
  }

  #expire(interaction: Interaction): void {
    if (interaction.answeredBy !== null) return
    interaction.failed = true
    this.settled.emit(interaction)
    this.#world.changes.emit()
  }
}
