import { type Bot, InlineKeyboard } from 'grammy'
import type { DeliveredEvent } from '../../../core/deliveries/delivery.js'
import {
  answerSignIn,
  issueTelegramLink,
  readSignInQuestion,
} from '../../../core/website/telegram-sign-in.js'
import { deviceName } from '../../../i18n/device-name.js'
import { type Press, packPress } from '../callback-data.js'
import { isOwnMessage } from '../human-message.js'
import { privateChatKeyboard } from '../keyboards.js'
import { fitsButton } from '../links.js'
import { guessWords, type Person, personOf } from '../person.js'
import { lines, type Words } from '../render.js'
import { say, sayBack, show, toast, type View } from '../speak.js'
import type { BotContext, Kit, TelegramDeps } from '../types.js'

/** Signing in on the website (safety.md flow 2.7): `/site` gives a link, and whoever opens it is asked about here. */
export function registerSite(bot: Bot<BotContext>, kit: Kit): void {
  bot
    .chatType(['group', 'supergroup'])
    .on('message')
    .filter((ctx) => isOwnMessage(ctx.message))
    .command('site', async (ctx) => {
      const words = guessWords(ctx.from)
      const text = words.html('auth:bot.private_only')
      await sayBack(ctx, { text, keyboard: privateChatKeyboard(kit, words, 'profile') })
    })
  bot
    .chatType('private')
    .on('message')
    .filter((ctx) => isOwnMessage(ctx.message))
    .command('site', async (ctx) => {
      const person = await personOf(kit, ctx.from, { inPrivate: true })
      await say(ctx, await siteView(kit, person))
    })
}

/** A new link for the person alone; his earlier ones are dead from now on. */
export async function siteView(kit: Kit, { identity, words }: Person): Promise<View> {
  const { signInKey: key } = kit.settings
  if (key === undefined) return { text: words.html('auth:bot.off') }
  const context = { now: kit.now(), newId: kit.newId, random: kit.random, key }
  const issued = await issueTelegramLink(kit.db, identity.id, context)
  if (issued.status === 'unknown_account') return { text: words.html('fallback.stale') }
  const url = `${kit.settings.siteUrl()}/login/tg/${issued.token}`
  const text = words.html('auth:bot.link')
  // Telegram takes no button to a name without a dot: there the address stands in the text.
  if (!fitsButton(url)) return { text: lines(text, '', words.html('auth:bot.link_text', { url })) }
  return { text, keyboard: new InlineKeyboard().url(words.plain('auth:bot.button'), url) }
}

/** The button that asks for a link, for the profile. */
export function siteButton(kit: Kit, words: Words, keyboard: InlineKeyboard): InlineKeyboard {
  if (kit.settings.signInKey === undefined) return keyboard
  return keyboard.text(words.plain('auth:bot.button'), packPress({ act: 'site' }))
}

/** The question about a browser that took the link up; null when it is over. */
export async function signInQuestionView(
  { db, now }: Pick<TelegramDeps, 'db' | 'now'>,
  { data }: DeliveredEvent,
  telegramId: string,
  words: Words,
): Promise<View | null> {
  const link = String(data.request)
  const asked = await readSignInQuestion(db.kysely, { linkId: link, telegramId, now: now() })
  if (!asked) return null
  const keyboard = new InlineKeyboard()
  for (const number of asked.choices)
    keyboard.text(String(number), packPress({ act: 'enter', link, answer: number }))
  keyboard.row().text(words.plain('auth:bot.not_me'), packPress({ act: 'enter', link, answer: 'not_me' }))
  return {
    text: lines(
      words.html('auth:bot.ask', { device: deviceName(words.plain, asked.device) }),
      '',
      words.html('auth:bot.ask_warning'),
    ),
    keyboard,
  }
}

/** An answer to the question. Whose it is stands in the database. */
export async function enterPressed(
  kit: Kit,
  ctx: BotContext,
  { identity, words }: Person,
  { link, answer }: Extract<Press, { act: 'enter' }>,
): Promise<void> {
  const asked = { linkId: link, telegramId: identity.id, now: kit.now() }
  const question = await readSignInQuestion(kit.db.kysely, asked)
  const { status } = await answerSignIn(kit.db, { ...asked, answer }, asked)
  if (status === 'over') {
    await Promise.all([toast(ctx), show(ctx, { text: words.html('auth:bot.over') })])
    return
  }
  const device = deviceName(words.plain, question?.device ?? { browser: null, os: null })
  const text = words.html(`auth:bot.${status}`, { device })
  const taken = packPress({ act: 'enter', link, answer: 'not_me' })
  // A yes can be taken back as long as nobody has entered.
  const keyboard =
    status === 'approved' ? new InlineKeyboard().text(words.plain('auth:bot.not_me'), taken) : undefined
  await Promise.all([toast(ctx), show(ctx, { text, keyboard })])
}
