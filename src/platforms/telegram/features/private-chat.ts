import type { Bot } from 'grammy'
import type { User } from 'grammy/types'
import { findAccountId } from '../../../core/accounts/find-account.js'
import { readSettings } from '../../../core/accounts/settings.js'
import { PAGES } from '../callback-data.js'
import { isCommand, isOwnMessage, writtenAt } from '../human-message.js'
import { guessWords, identityOf, localeOf, personOf } from '../person.js'
import { type Words, wordsOf } from '../render.js'
import { say } from '../speak.js'
import type { BotContext, Kit } from '../types.js'
import { keptDailyView } from './daily.js'
import { helpView } from './help.js'
import { pageView } from './pages.js'
import { startPressed } from './start.js'

/** Commands in the private chat. Whoever uses one has an account from then on. */
export function registerPrivateChat(bot: Bot<BotContext>, kit: Kit): void {
  const chat = bot.chatType('private').on('message')
  // A forwarded command is somebody else's words: it does nothing and makes no account.
  const own = chat.filter((ctx) => isOwnMessage(ctx.message))

  own.command('start', async (ctx) => {
    const person = await personOf(kit, ctx.from, { inPrivate: true })
    await startPressed(kit, ctx, person, ctx.match)
  })
  own.command('help', async (ctx) => say(ctx, helpView(kit, await wordsFor(kit, ctx.from))))
  for (const page of PAGES) {
    const names = page === 'top' ? ['top', 'leaderboard'] : [page]
    own.command(names, async (ctx) => {
      const at = writtenAt(ctx.message)
      const view = personOf(kit, ctx.from, { inPrivate: true }).then((person) =>
        pageView(kit, person, page, at),
      )
      const kept = (error: unknown) => keptDailyView(kit, ctx.from, at, error)
      await say(ctx, await (page === 'daily' ? view.catch(kept) : view))
    })
  }
  own.command('here', async (ctx) =>
    say(ctx, { text: (await wordsFor(kit, ctx.from)).html('here.only_groups') }),
  )

  chat.use(async (ctx) => {
    const words = await wordsFor(kit, ctx.from)
    const key = isCommand(ctx.message) && isOwnMessage(ctx.message) ? 'fallback.command' : 'fallback.text'
    await say(ctx, { text: words.html(key) })
  })
}

/** The language of somebody who may have no account; makes none. */
async function wordsFor(kit: Kit, user: User): Promise<Words> {
  const accountId = await findAccountId(kit.db.kysely, identityOf(user))
  if (accountId === null) return guessWords(user)
  const { locale } = await readSettings(kit.db.kysely, accountId)
  return wordsOf(localeOf(locale, user))
}
