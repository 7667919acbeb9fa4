import { type InlineKeyboard, InputFile } from 'grammy'
import { isGone, isNotModified, isPressOver, isRefusal } from './errors.js'
import type { BotContext } from './types.js'

/** A message as the bot shows it: HTML and, if any, buttons. */
export type View = {
  text: string
  keyboard?: InlineKeyboard | undefined
  /** A PNG over the words, made when it is about to be sent; null: the words go alone. */
  photo?: (() => Promise<Uint8Array | null>) | undefined
}

/** Longer words do not fit under a photo. */
const CAPTION_LETTERS_MAX = 1_024

/** Answers with a new message in the same chat. */
export async function say(ctx: BotContext, view: View): Promise<void> {
  const { text, keyboard } = view
  if (await sayWithPhoto(ctx, view)) return
  await ctx.reply(text, keyboard ? { reply_markup: keyboard } : {})
}

/** False when there is no photo, or when Telegram takes none here: the words still have to be said. */
async function sayWithPhoto(ctx: BotContext, { text, keyboard, photo }: View): Promise<boolean> {
  if (!photo || text.replace(/<[^>]*>/g, '').length > CAPTION_LETTERS_MAX) return false
  const png = await photo()
  if (!png) return false
  try {
    await ctx.replyWithPhoto(new InputFile(png, 'card.png'), {
      caption: text,
      ...(keyboard ? { reply_markup: keyboard } : {}),
    })
    return true
  } catch (error) {
    if (isRefusal(error, 400)) return false
    throw error
  }
}

/** Answers in a group to the message that asked, so that it is clear whom it concerns. */
export async function sayBack(ctx: BotContext, { text, keyboard }: View): Promise<void> {
  const id = ctx.msgId
  await ctx.reply(text, {
    ...(keyboard ? { reply_markup: keyboard } : {}),
    ...(id ? { reply_parameters: { message_id: id, allow_sending_without_reply: true } } : {}),
  })
}

/**
 * Shows a view in place of the message whose button was pressed. A message that looks so already is left; one that
 * cannot be changed any more is followed by a new one.
 */
export async function show(ctx: BotContext, { text, keyboard }: View): Promise<void> {
  try {
    await ctx.editMessageText(text, keyboard ? { reply_markup: keyboard } : {})
  } catch (error) {
    if (isNotModified(error)) return
    if (!isGone(error)) throw error
    await say(ctx, { text, keyboard })
  }
}

/** Shows a view as soon as it is made. Beside a toast: awaited before it, the view would leave the toast's failure unheard. */
export async function showMade(ctx: BotContext, view: Promise<View>): Promise<void> {
  await show(ctx, await view)
}

/** Answers a press with a toast (or nothing); one that is too old to be answered is left alone. */
export async function toast(ctx: BotContext, text = '', alert = false): Promise<void> {
  try {
    await ctx.answerCallbackQuery(text === '' ? {} : { text, show_alert: alert })
  } catch (error) {
    if (!isPressOver(error)) throw error
  }
}
