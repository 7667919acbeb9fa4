import { type Bot, InlineKeyboard } from 'grammy'
import { readSettings } from '../../../core/accounts/settings.js'
import { isOutage } from '../../../core/availability/is-outage.js'
import { keepAccount } from '../../../core/deletion/keep-account.js'
import { type Deletion, findDeletion } from '../../../core/deletion/read-deletion.js'
import type { DeliveredEvent } from '../../../core/deliveries/delivery.js'
import { formatMoment } from '../../../i18n/format-time.js'
import { type Press, packPress, readPress } from '../callback-data.js'
import { isHuman, isOwnMessage } from '../human-message.js'
import { privateChatKeyboard } from '../keyboards.js'
import { localeOf, type Person } from '../person.js'
import { lines, type Words, wordsOf } from '../render.js'
import { say, sayBack, show, toast, type View } from '../speak.js'
import type { BotContext, Kit, TelegramDeps } from '../types.js'

/** What goes on while an account is being deleted: signing in, which offers to keep it too, and the answer itself. */
const OPEN_PRESSES: ReadonlySet<Press['act']> = new Set(['keep', 'site', 'enter'])
const OWN_GROUP_COMMANDS = /^\/(?:daily|profile)(?:@\w+)?(?:\s|$)/i

/**
 * Asks everybody whose account is being deleted whether he keeps it, before whatever he wanted to do: nothing he does
 * takes the deletion back silently, and nothing is played meanwhile.
 */
export function registerKeeping(bot: Bot<BotContext>, kit: Kit): void {
  bot.use(async (ctx, next) => {
    const place = placeOf(ctx)
    const user = ctx.from
    if (place === null || !isHuman(user)) return next()
    const deletion = await deletionOf(kit, String(user.id))
    if (!deletion) return next()
    const { locale } = await readSettings(kit.db.kysely, deletion.accountId)
    const words = wordsOf(localeOf(locale, user))
    if (place === 'group') {
      const text = words.html('deletion:bot.in_private')
      return sayBack(ctx, { text, keyboard: privateChatKeyboard(kit, words, 'profile') })
    }
    if (place === 'press') await toast(ctx)
    await say(ctx, keepQuestion(kit, words, deletion))
  })
}

/** Where somebody asks for something of his own; null for everything else. */
function placeOf(ctx: BotContext): 'private' | 'press' | 'group' | null {
  if (ctx.callbackQuery) {
    if (ctx.chat?.id !== ctx.from?.id) return null
    const press = readPress(ctx.callbackQuery.data ?? '')
    return press && !OPEN_PRESSES.has(press.act) ? 'press' : null
  }
  const { message } = ctx
  if (!message || !isOwnMessage(message)) return null
  if (ctx.chat?.type === 'private') return /^\/site\b/i.test(message.text ?? '') ? null : 'private'
  return OWN_GROUP_COMMANDS.test(message.text ?? '') ? 'group' : null
}

/** While the database is away nobody knows; then what follows says so, or keeps what can wait. */
async function deletionOf(kit: Kit, telegramId: string): Promise<Deletion | null> {
  try {
    return await findDeletion(kit.db.kysely, { platform: 'telegram', id: telegramId })
  } catch (error) {
    if (isOutage(error)) return null
    throw error
  }
}

function keepQuestion(kit: Kit, words: Words, { dueAt }: Deletion): View {
  const when = formatMoment(words.locale, dueAt, kit.settings.timeZone)
  return {
    text: lines(
      words.html('deletion:bot.ask', { when }),
      '',
      `<b>${words.html('deletion:bot.ask_question')}</b>`,
    ),
    keyboard: new InlineKeyboard()
      .text(words.plain('deletion:bot.keep'), packPress({ act: 'keep', step: 'yes' }))
      .row()
      .text(words.plain('deletion:bot.go'), packPress({ act: 'keep', step: 'no' })),
  }
}

/** An answer to that question, or to the notice. Whether there is anything to keep is read anew. */
export async function keepPressed(
  kit: Kit,
  ctx: BotContext,
  { identity, words }: Person,
  { step }: Extract<Press, { act: 'keep' }>,
): Promise<void> {
  const deletion = await findDeletion(kit.db.kysely, identity)
  const kept = step === 'yes' ? await keepAccount(kit.db, { identity }, kit) : null
  const when = deletion && formatMoment(words.locale, deletion.dueAt, kit.settings.timeZone)
  const text =
    kept?.status === 'kept'
      ? words.html('deletion:bot.kept')
      : step === 'no' && when
        ? words.html('deletion:bot.going', { when })
        : words.html('deletion:bot.over')
  await Promise.all([toast(ctx), show(ctx, { text })])
}

/** The notice that an account is being deleted, with the way to keep it; null when it was kept meanwhile. */
export async function deletionNotice(
  { db, settings }: Pick<TelegramDeps, 'db' | 'settings'>,
  { type, data }: DeliveredEvent,
  telegramId: string,
  words: Words,
): Promise<View | null> {
  if (type === 'deletion_ended') {
    return {
      text: lines(
        words.html('deletion:notice.ended'),
        words.html(`deletion:notice.ended_by.${keptBy(data.by)}`),
      ),
    }
  }
  const deletion = await findDeletion(db.kysely, { platform: 'telegram', id: telegramId })
  if (!deletion) return null
  const when = formatMoment(words.locale, deletion.dueAt, settings.timeZone)
  return {
    text: lines(
      `<b>${words.html('deletion:notice.asked', { when })}</b>`,
      '',
      words.html('deletion:notice.asked_text'),
    ),
    keyboard: new InlineKeyboard().text(
      words.plain('deletion:notice.keep'),
      packPress({ act: 'keep', step: 'yes' }),
    ),
  }
}

function keptBy(by: unknown): string {
  return ['telegram', 'discord', 'operator'].find((one) => one === by) ?? 'website'
}
