import type { LinkPreview } from '../linking/read-link-request.js'

/** A line of the preview as one side reads it. Words: `merging:line.<name>`. */
export type PreviewLine = {
  name: 'xp' | 'coins' | 'rank' | 'games' | 'voice' | 'messages' | 'streak' | 'achievements'
  mine: number
  theirs: number
  result: number
}

/** What a bot shows of a preview: fields that at least one side has anything of. Rank ids for `rank`, seconds for `voice`. */
export function previewLines({ preview, mine }: LinkPreview): PreviewLine[] {
  const theirs = mine === 'survivor' ? 'loser' : 'survivor'
  const { xp, coins, rank, gamesPlayed, voiceSeconds, messages, streak, achievements } = preview
  const line = (name: PreviewLine['name'], field: { survivor: number; loser: number; result: number }) => ({
    name,
    mine: field[mine],
    theirs: field[theirs],
    result: field.result,
  })
  const lines = [
    line('xp', xp),
    line('coins', coins),
    line('rank', rank),
    line('games', gamesPlayed),
    line('voice', voiceSeconds),
    line('messages', messages),
    line('streak', streak),
    line('achievements', {
      survivor: achievements.survivor.length,
      loser: achievements.loser.length,
      result: achievements.result.length,
    }),
  ]
  return lines.filter(({ name, result }) => name === 'xp' || name === 'coins' || result > 0)
}
