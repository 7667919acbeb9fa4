import { explainSum } from './explain-sum.js'
import { roman } from './names.js'
import type { ActModel } from './own-view-models.js'
import type { Ui } from './ui.js'
import { PLATFORMS } from './view-models.js'

export type Explained = {
  /** What it was. */
  title: string
  /** Why it paid what it paid, most important first. */
  why: string[]
}

const GAMES = ['guess', 'dice', 'coinflip', 'quiz', 'wheel']
const STAKE_ENDS = ['stake', 'stake_cancelled', 'stake_expired']

/** Says in words what an act was and why it paid what it paid. Types and reasons that nobody knows yet stay general. */
export function explainAct(ui: Ui, act: ActModel): Explained {
  if (act.summed !== null) return explainSum(ui, act, gameName(ui, act))
  const { title, why } = describe(ui, act)
  const reason = act.reason === 'cap' && act.xp > 0 ? 'cap_part' : act.reason
  const first = reason === null ? [] : [ui.t(`statement:reason.${reason}`)]
  // A reason says why it paid nothing: how it would have been reckoned matters only when something was paid.
  const rest = reason === null || act.xp > 0 || act.coins > 0 || act.type === 'game_played' ? why : []
  return { title, why: [...first, ...rest, ...(act.note === null ? [] : [act.note])] }
}

function describe(ui: Ui, act: ActModel): Explained {
  const say = (key: string, values?: Record<string, unknown>) => ui.t(`statement:act.${key}`, values)
  const because = (key: string, values?: Record<string, unknown>) => ui.t(`statement:why.${key}`, values)
  const multiplied = multiplierOf(ui, act)
  const way = act.xp + act.coins < 0 ? 'out' : 'in'
  switch (act.type) {
    case 'message_sent':
      return {
        title: act.length === null ? say('message_sent') : ui.count('statement:act.message_of', act.length),
        why: [because(act.length === null ? 'no_text' : 'by_length'), ...multiplied],
      }
    case 'voice_time':
      return { title: say('voice_time'), why: [because('company'), ...multiplied] }
    case 'daily_claimed':
      return {
        title: say('daily_claimed'),
        why: act.streak === null ? [] : [because('streak', { n: ui.number(act.streak) })],
      }
    case 'game_played':
      return { title: say('game_played', { game: gameName(ui, act) }), why: whyGame(ui, act) }
    case 'coins_change':
      return explainCoins(ui, act)
    case 'xp_change':
      if (act.cause === 'welcome') return { title: say('welcome'), why: [because('welcome')] }
      if (act.cause === 'link') return { title: say(`link_${way}`), why: [because('link')] }
      return { title: say('xp_change'), why: byService(ui, act) }
    case 'rank_up':
      return {
        title: act.reached
          ? say('rank_up', { tier: act.reached.tier, star: roman(act.reached.star) })
          : say('rank_up_unknown'),
        why: [because(act.coins > 0 ? 'rank_reward' : 'rank_no_reward')],
      }
    case 'account_linked':
    case 'account_unlinked':
      return explainLink(ui, act)
    case 'accounts_merged':
      return { title: say(`accounts_merged_${way}`), why: [because('merge')] }
    case 'merge_undone':
      return { title: say(`merge_undone_${way}`), why: [because('undo')] }
    case 'imported':
      return { title: say('imported'), why: [because('imported')] }
    case 'achievement_unlock':
    case 'season_ended':
    case 'adjusted':
    case 'account_restricted':
    case 'restriction_lifted':
    case 'deletion_asked':
    case 'deletion_ended':
    case 'data_exported':
      return { title: say(act.type), why: [] }
    case 'account_created':
    case 'link_requested':
    case 'link_refused':
    case 'sign_in_asked':
    case 'signed_in':
    case 'login_changed':
      return { title: say(act.type), why: [because('free_of_charge')] }
    default:
      return { title: say('other'), why: [] }
  }
}

function explainCoins(ui: Ui, act: ActModel): Explained {
  if (act.job !== null) return { title: ui.t('statement:act.work'), why: [ui.t('statement:why.hourly')] }
  const end = STAKE_ENDS.find((cause) => cause === act.cause)
  if (end) {
    return {
      title: ui.t(`statement:act.${end}`, { game: gameName(ui, act) }),
      why: [ui.t(`statement:why.${end}`)],
    }
  }
  return { title: ui.t('statement:act.coins_change'), why: byService(ui, act) }
}

function explainLink(ui: Ui, act: ActModel): Explained {
  if (act.merge) {
    return {
      title: ui.t(act.type === 'account_linked' ? 'statement:act.merged' : 'statement:act.unmerged'),
      why: [ui.t('statement:why.free_of_charge')],
    }
  }
  const platform = PLATFORMS.find((name) => name === act.platform)
  return {
    title: platform
      ? ui.t(`statement:act.${act.type}`, { platform: ui.t(`common:platform.${platform}`) })
      : ui.t(`statement:act.${act.type}_plain`),
    why: [ui.t('statement:why.free_of_charge')],
  }
}

function whyGame(ui: Ui, act: ActModel): string[] {
  const shown = (value: string | number) =>
    typeof value === 'number'
      ? ui.number(value)
      : value === 'heads' || value === 'tails'
        ? ui.t(`statement:side.${value}`)
        : null
  const drawn = act.drawn === null ? null : shown(act.drawn)
  const chosen = act.chosen === null ? null : shown(act.chosen)
  return [
    ...(act.won === null ? [] : [ui.t(act.won ? 'statement:why.won' : 'statement:why.lost')]),
    ...(drawn === null
      ? []
      : [
          chosen === null
            ? ui.t('statement:why.drawn', { drawn })
            : ui.t('statement:why.drawn_chosen', { drawn, chosen }),
        ]),
    ...(act.bet === null
      ? []
      : [
          act.bet === 0
            ? ui.t('statement:why.free')
            : ui.t('statement:why.bet', { coins: ui.count('common:coins', act.bet) }),
        ]),
  ]
}

function gameName(ui: Ui, act: ActModel): string {
  const game = GAMES.find((name) => name === act.game) ?? 'other'
  return ui.t(`statement:game.${game}`)
}

function multiplierOf(ui: Ui, { multiplier }: ActModel): string[] {
  if (multiplier === null || multiplier === 1) return []
  return [ui.t('statement:why.multiplied', { by: new Intl.NumberFormat(ui.locale).format(multiplier) })]
}

function byService(ui: Ui, { source }: ActModel): string[] {
  return source.startsWith('api:') ? [ui.t('statement:why.by_service')] : []
}

/** Where an act happened, in words. */
export function sourceName(ui: Ui, source: string): string {
  if (source.startsWith('api:')) return ui.t('statement:source.api', { name: source.slice('api:'.length) })
  const known = PLATFORMS.find((name) => name === source) ?? 'system'
  return ui.t(`statement:source.${known}`)
}
