import type {
  ButtonInteraction,
  ChatInputCommandInteraction,
  InteractionEditReplyOptions,
  RESTPostAPIApplicationCommandsJSONBody,
  StringSelectMenuInteraction,
  UserContextMenuCommandInteraction,
} from 'discord.js'
import type { Words } from '../render/words.js'
import type { Kit } from '../types.js'

/** An answer as the bot shows it. */
export type View = Pick<InteractionEditReplyOptions, 'content' | 'embeds' | 'components' | 'files'>

export type AnyCommandInteraction = ChatInputCommandInteraction | UserContextMenuCommandInteraction

/** A slash command or a context menu entry: what Discord shows of it, and what it answers. */
export type Command = {
  data: RESTPostAPIApplicationCommandsJSONBody
  /** Seen by the caller alone. */
  ephemeral: boolean
  execute(kit: Kit, interaction: AnyCommandInteraction): Promise<View>
}

/** What the presses of one kind of button do. Only the person whose id the button carries may press it. */
export type ButtonKind = {
  kind: string
  press(
    kit: Kit,
    interaction: ButtonInteraction | StringSelectMenuInteraction,
    args: readonly string[],
  ): Promise<View>
}

/** A view of words alone. */
export function text(content: string): View {
  return { content, embeds: [], components: [] }
}

/** One of the short answers that several commands share. */
export function sorry(words: Words, key: string): View {
  return text(words.say(`sorry.${key}`))
}
