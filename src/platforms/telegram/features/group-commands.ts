import type { Bot } from 'grammy'
import type { User } from 'grammy/types'
import { findAccountId } from '../../../core/accounts/find-account.js'
import { readSettings } from '../../../core/accounts/settings.js'
import type { Page } from '../callback-data.js'
import { isHuman, isOwnMessage, writtenAt } from '../human-message.js'
import { privateChatKeyboard } from '../keyboards.js'
import { guessWords, identityOf, localeOf, type Person, personOf } from '../person.js'
import { wordsOf } from '../render.js'
import { sayBack } from '../speak.js'
import type { BotContext, Kit } from '../types.js'
import { dailyView } from './daily.js'
import { groupProfileView } from './profile.js'
import { bannedView } from './restricted.js'
import { groupTopView } from './top.js'

/** Commands in groups: short answers with public facts; what is personal goes to the private chat. */
export function registerGroupCommands(bot: Bot<BotContext>, kit: Kit): void {
  const group = bot.chatType(['group', 'supergroup']).on('message')
  const own = group.filter((ctx) => isOwnMessage(ctx.message))

  group.command(['top', 'leaderboard'], async (ctx) => {
    const words = isHuman(ctx.from) ? guessWords(ctx.from) : wordsOf('ru')
    await sayBack(ctx, await groupTopView(kit, words))
  })
  own.command('profile', async (ctx) => {
    const person = await memberOf(kit, ctx.from, String(ctx.chat.id))
    if (!person) return meetInPrivate(kit, ctx, 'profile.unknown_in_group', 'profile')
    const view = await groupProfileView(kit, person)
    if (!view) return meetInPrivate(kit, ctx, 'profile.hidden_in_group', 'profile', person)
    await sayBack(ctx, view)
  })
  own.command('daily', async (ctx) => {
    const pays = (await kit.places.multiplierOf(String(ctx.chat.id))) !== null
    if (!pays) return meetInPrivate(kit, ctx, 'daily.elsewhere', 'daily')
    const person = await personOf(kit, ctx.from, { inPrivate: false })
    // That somebody is banned concerns nobody in the group.
    if (await bannedView(kit, person)) return meetInPrivate(kit, ctx, 'daily.elsewhere', 'daily', person)
    const { text } = await dailyView(kit, person, writtenAt(ctx.message))
    await sayBack(ctx, { text })
  })
  for (const page of ['games', 'settings'] as const) {
    own.command(page, (ctx) => meetInPrivate(kit, ctx, `group.private_${page}`, page))
  }
  own.command(['start', 'help'], (ctx) => meetInPrivate(kit, ctx, 'group.help', 'games'))
}

/** The account of a member who uses a command; in a group that does not pay none is made. */
async function memberOf(kit: Kit, user: User, chatId: string): Promise<Person | null> {
  if ((await kit.places.multiplierOf(chatId)) !== null) return personOf(kit, user, { inPrivate: false })
  const identity = identityOf(user)
  const accountId = await findAccountId(kit.db.kysely, identity)
  if (accountId === null) return null
  const settings = await readSettings(kit.db.kysely, accountId)
  return { identity, accountId, settings, words: wordsOf(localeOf(settings.locale, user)) }
}

async function meetInPrivate(
  kit: Kit,
  ctx: BotContext,
  key: string,
  page: Page,
  person?: Person,
): Promise<void> {
  const words = person?.words ?? guessWords(ctx.from)
  await sayBack(ctx, { text: words.html(key), keyboard: privateChatKeyboard(kit, words, page) })
}
