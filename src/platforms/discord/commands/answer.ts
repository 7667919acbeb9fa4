import {
  type ButtonInteraction,
  type InteractionReplyOptions,
  MessageFlags,
  type StringSelectMenuInteraction,
} from 'discord.js'
import { isInteractionOver } from '../errors.js'
import type { AnyCommandInteraction, View } from './command.js'

/**
 * Answers a command: at once when the view is ready in time, else by a deferred answer that is filled in later, so that
 * Discord's 3 seconds hold however slow the database is. A press that is over, or that another process answered, is
 * left alone.
 */
export async function answerCommand(
  interaction: AnyCommandInteraction,
  view: Promise<View>,
  { ephemeral, deferMs }: { ephemeral: boolean; deferMs: number },
): Promise<void> {
  const flags = ephemeral ? ({ flags: MessageFlags.Ephemeral } as const) : {}
  await swallowOver(async () => {
    const ready = await within(view, deferMs)
    if (ready) {
      await interaction.reply({ ...ready, ...flags } as InteractionReplyOptions)
      return
    }
    await interaction.deferReply(flags)
    await interaction.editReply(await view)
  })
}

/** Answers a press by changing the message that carries the button. */
export async function answerPress(
  interaction: ButtonInteraction | StringSelectMenuInteraction,
  view: Promise<View>,
  deferMs: number,
): Promise<void> {
  await swallowOver(async () => {
    const ready = await within(view, deferMs)
    if (ready) {
      await interaction.update(ready as Parameters<ButtonInteraction['update']>[0])
      return
    }
    await interaction.deferUpdate()
    await interaction.editReply(await view)
  })
}

/** Says something to the presser alone and leaves the message as it is. */
export async function tellPresser(
  interaction: ButtonInteraction | StringSelectMenuInteraction,
  view: View,
): Promise<void> {
  await swallowOver(async () => {
    await interaction.reply({ ...view, flags: MessageFlags.Ephemeral } as InteractionReplyOptions)
  })
}

async function swallowOver(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isInteractionOver(error)) throw error
  }
}

async function within<T>(work: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
