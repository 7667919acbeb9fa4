import { guessNumber } from '../../../core/games/guess-number.js'
import {
  cancelRound,
  type PlayRound,
  playRound,
  type RoundContext,
  startRound,
} from '../../../core/games/rounds.js'
import { formatMoment } from '../../../i18n/format-time.js'
import type { Person } from '../person.js'
import { show, showMade, toast } from '../speak.js'
import type { BotContext, Kit } from '../types.js'
import { endedView, gamesView, resultView, roundView } from './games.js'

/** Starts a round for a press of a stake button; the press's id makes a repeated update start nothing twice. */
export async function startPressed(kit: Kit, ctx: BotContext, person: Person, bet: number): Promise<void> {
  const { words } = person
  const requestKey = `telegram:press:${ctx.callbackQuery?.id}`
  const started = await startRound(kit.db, guessNumber, person.identity, { bet, requestKey }, contextOf(kit))
  switch (started.status) {
    case 'started':
      await Promise.all([toast(ctx), show(ctx, roundView(kit, words, started))])
      return
    case 'open_already':
      await Promise.all([
        toast(ctx, words.plain('games.toast_open')),
        show(ctx, roundView(kit, words, started)),
      ])
      return
    case 'ended_already':
      return toast(ctx, words.plain('games.toast_over'), true)
    case 'rehearsal':
      return toast(ctx, words.plain('games.toast_rehearsal'), true)
    case 'restricted':
      return toast(ctx, words.plain('restrictions:short.no_bets'), true)
    case 'insufficient_coins':
    case 'no_free_rounds_left': {
      const why = started.status === 'insufficient_coins' ? 'games.toast_no_coins' : 'games.toast_no_free'
      await Promise.all([toast(ctx, words.plain(why), true), showMade(ctx, gamesView(kit, person))])
      return
    }
    case 'frozen': {
      const when = formatMoment(words.locale, started.until, kit.settings.timeZone)
      const values = { free: words.number(started.free), when }
      return toast(ctx, words.plain('merging:frozen.toast', values), true)
    }
    case 'bet_not_offered':
    case 'unknown_account':
      return toast(ctx, words.plain('fallback.stale'), true)
    default:
      return started satisfies never
  }
}

/** Finishes a round with the number that was pressed. */
export async function pickPressed(
  kit: Kit,
  ctx: BotContext,
  person: Person,
  { round, pick }: { round: string; pick: number },
): Promise<void> {
  const played = await playRound(kit.db, guessNumber, person.identity, round, pick, contextOf(kit))
  await answerPlayed(kit, ctx, person, played, 'pick')
}

/** Cancels a round; its stake returns. */
export async function cancelPressed(kit: Kit, ctx: BotContext, person: Person, round: string): Promise<void> {
  const ended = await cancelRound(kit.db, guessNumber, person.identity, round, contextOf(kit))
  await answerPlayed(kit, ctx, person, ended, 'cancel')
}

async function answerPlayed(
  kit: Kit,
  ctx: BotContext,
  person: Person,
  played: PlayRound,
  asked: 'pick' | 'cancel',
): Promise<void> {
  const { words } = person
  switch (played.status) {
    case 'finished': {
      const news = played.won ? 'games.toast_won' : 'games.toast_lost'
      await Promise.all([
        played.now ? toast(ctx, words.plain(news)) : toast(ctx, words.plain('games.toast_over'), true),
        // An old keyboard is replaced too, so that it cannot be pressed a third time.
        showMade(ctx, resultView(kit, person, played)),
      ])
      return
    }
    case 'cancelled':
    case 'expired': {
      const fresh = played.status === 'cancelled' && asked === 'cancel'
      await Promise.all([
        fresh ? toast(ctx) : toast(ctx, words.plain(`games.toast_${played.status}`), true),
        show(ctx, endedView(words, played)),
      ])
      return
    }
    case 'not_yours':
      return toast(ctx, words.plain('games.toast_not_yours'), true)
    case 'pick_not_offered':
      return toast(ctx, words.plain('fallback.stale'), true)
    default:
      return played satisfies never
  }
}

function contextOf({ rules, now, newId, random }: Kit): RoundContext {
  return { rules: rules(), now: now(), newId, random }
}
