import type { ButtonInteraction, Interaction, StringSelectMenuInteraction } from 'discord.js'
import { isOutage } from '../../../core/availability/is-outage.js'
import { askToKeep } from '../deletion/keep.js'
import { describeError, traceOf } from '../errors.js'
import { guessWords } from '../person.js'
import type { Kit } from '../types.js'
import { answerCommand, answerPress, tellPresser } from './answer.js'
import {
  type AnyCommandInteraction,
  type ButtonKind,
  type Command,
  sorry,
  text,
  type View,
} from './command.js'
import { readCustomId } from './custom-id.js'
import { bannedView } from './restricted.js'

/**
 * Answers under way at most. Discord waits three seconds for an answer: a longer queue would be worked for nobody, and
 * whoever is left out is told by Discord itself that the application did not respond.
 */
const OPEN_MAX = 500

/** Brings each interaction to its command or button, and its errors to words. Never throws. */
export class Router {
  readonly #kit: Kit
  readonly #commands: ReadonlyMap<string, Command>
  readonly #buttons: ReadonlyMap<string, ButtonKind>
  readonly #open = new Set<Promise<void>>()

  constructor(kit: Kit, commands: readonly Command[], buttons: readonly ButtonKind[]) {
    this.#kit = kit
    this.#commands = new Map(commands.map((command) => [command.data.name, command]))
    this.#buttons = new Map(buttons.map((button) => [button.kind, button]))
  }

  take(interaction: Interaction): void {
    if (this.#open.size >= OPEN_MAX) {
      this.#kit.log.warn({ open: this.#open.size }, 'an interaction was left out: too many at once')
      return
    }
    const work = this.#route(interaction).catch((error: unknown) =>
      this.#kit.log.error(
        { error: describeError(error), trace: traceOf(error) },
        'an interaction could not be answered',
      ),
    )
    this.#open.add(work)
    void work.finally(() => this.#open.delete(work))
  }

  /** Resolves when every answer under way is given. */
  async idle(): Promise<void> {
    await Promise.all(this.#open)
  }

  async #route(interaction: Interaction): Promise<void> {
    if (interaction.isChatInputCommand() || interaction.isUserContextMenuCommand()) {
      return this.#command(interaction)
    }
    if (interaction.isButton() || interaction.isStringSelectMenu()) return this.#press(interaction)
  }

  async #command(interaction: AnyCommandInteraction): Promise<void> {
    const command = this.#commands.get(interaction.commandName)
    const { deferMs } = this.#kit.tuning
    const banned = await bannedView(this.#kit, interaction, interaction.commandName)
    if (banned) return answerCommand(interaction, Promise.resolve(banned), { ephemeral: true, deferMs })
    if (!command) {
      const view = Promise.resolve(sorry(guessWords(interaction), 'not_offered'))
      return answerCommand(interaction, view, { ephemeral: true, deferMs })
    }
    const keep = await askToKeep(this.#kit, interaction, { command: command.data.name })
    const view = keep
      ? Promise.resolve(keep)
      : this.#view(interaction, () => command.execute(this.#kit, interaction))
    await answerCommand(interaction, view, { ephemeral: keep !== null || command.ephemeral, deferMs })
  }

  async #press(interaction: ButtonInteraction | StringSelectMenuInteraction): Promise<void> {
    const words = guessWords(interaction)
    const id = readCustomId(interaction.customId)
    const button = id && this.#buttons.get(id.kind)
    if (!id || !button) return tellPresser(interaction, text(words.say('sorry.not_offered')))
    if (id.userId !== interaction.user.id) return tellPresser(interaction, text(words.say('sorry.not_yours')))
    const keep = await askToKeep(this.#kit, interaction, { button: id.kind })
    if (keep) return tellPresser(interaction, keep)
    const banned = await bannedView(this.#kit, interaction, id.kind)
    if (banned) return tellPresser(interaction, banned)
    const view = this.#view(interaction, () => button.press(this.#kit, interaction, id.args))
    await answerPress(interaction, view, this.#kit.tuning.deferMs)
  }

  /** An outage and a bug are told in words; only a bug is reported. */
  async #view(interaction: { locale: string }, work: () => Promise<View>): Promise<View> {
    try {
      return await work()
    } catch (error) {
      const words = guessWords(interaction)
      if (isOutage(error)) return sorry(words, 'outage')
      this.#kit.log.error({ error: describeError(error), trace: traceOf(error) }, 'a command failed')
      return sorry(words, 'broken')
    }
  }
}
