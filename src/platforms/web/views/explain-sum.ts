import type { Explained } from './explain-act.js'
import type { ActModel } from './own-view-models.js'
import type { Ui } from './ui.js'

const WORDS: Record<string, string> = {
  message_sent: 'messages',
  voice_time: 'voice',
  daily_claimed: 'daily',
  game_played: 'games',
}

/** Says what a month's acts of one kind were, where they stand as one line: the kind, the month, how many. */
export function explainSum(ui: Ui, act: ActModel, game: string): Explained {
  const what = ui.t(`statement:summed.${wordOf(act)}`, { game })
  return {
    title: ui.t('statement:summed.title', { what, month: ui.month(act.at) }),
    why: [
      ui.count('statement:summed.acts', act.summed ?? 0),
      ...(act.wins === null ? [] : [ui.count('statement:summed.wins', act.wins)]),
    ],
  }
}

function wordOf(act: ActModel): string {
  if (act.type === 'coins_change' && act.job !== null) return 'work'
  if (act.type === 'coins_change' && act.game !== null) return 'stakes'
  return WORDS[act.type] ?? 'other'
}
