import type { Bot } from 'grammy'
import { readPress } from '../callback-data.js'
import { isHuman } from '../human-message.js'
import { guessWords, personOf } from '../person.js'
import { say, show, toast } from '../speak.js'
import type { BotContext, Kit } from '../types.js'
import { deepPressed } from './deep-link.js'
import { keepPressed } from './keep.js'
import { linkPressed } from './link-presses.js'
import { pageView } from './pages.js'
import { cancelPressed, pickPressed, startPressed } from './play.js'
import { putBackPressed } from './put-back.js'
import { turnedAway } from './restricted.js'
import { changeSetting } from './settings.js'
import { enterPressed, siteView } from './site.js'
import { topView } from './top.js'
import { undoPressed } from './undo-merge.js'
import { unlinkPressed } from './unlink.js'

/** What a banned member's presses do not do; linking, undoing and signing in stay open to him. */
const PLAYS: ReadonlySet<string> = new Set(['open', 'top', 'set', 'round', 'pick', 'cancel'])

/** Pressed buttons. Their bytes are untrusted: what they name is looked up, and every press is answered. */
export function registerPresses(bot: Bot<BotContext>, kit: Kit): void {
  bot.on('callback_query', async (ctx) => {
    if (!isHuman(ctx.from)) return
    const guessed = guessWords(ctx.from)
    // Buttons are shown in private chats only; there the chat's id is the person's.
    if (ctx.chat?.id !== ctx.from.id) return toast(ctx, guessed.plain('fallback.private_only'), true)
    const press = readPress(ctx.callbackQuery.data ?? '')
    if (!press) return toast(ctx, guessed.plain('fallback.stale'), true)

    const person = await personOf(kit, ctx.from, { inPrivate: true })
    if (PLAYS.has(press.act) && (await turnedAway(kit, ctx, person))) return
    switch (press.act) {
      case 'open': {
        const view = await pageView(kit, person, press.page, kit.now())
        await Promise.all([toast(ctx), say(ctx, view)])
        return
      }
      case 'top': {
        const view = await topView(kit, person, press)
        await Promise.all([toast(ctx), show(ctx, view)])
        return
      }
      case 'set':
        return changeSetting(kit, ctx, person, press)
      case 'round':
        return startPressed(kit, ctx, person, press.bet)
      case 'pick':
        return pickPressed(kit, ctx, person, press)
      case 'cancel':
        return cancelPressed(kit, ctx, person, press.round)
      case 'link':
        return linkPressed(kit, ctx, person, press)
      case 'unlink':
        return unlinkPressed(kit, ctx, person, press)
      case 'site': {
        const view = await siteView(kit, person)
        await Promise.all([toast(ctx), say(ctx, view)])
        return
      }
      case 'keep':
        return keepPressed(kit, ctx, person, press)
      case 'deep':
        return deepPressed(kit, ctx, person, press)
      case 'enter':
        return enterPressed(kit, ctx, person, press)
      case 'back':
        return putBackPressed(kit, ctx, person, press)
      case 'undo':
        return undoPressed(kit, ctx, person, press)
      default:
        return press satisfies never
    }
  })
}
