import type { ActModel } from './own-view-models.js'

/** Acts that stand as one line: an act alone, or minutes of voice in a row. Newest first. */
export type ActGroup = readonly [ActModel, ...ActModel[]]

/** A pause of more than this parts one stay in voice from the next. */
const PAUSE_MS = 5 * 60_000

/** Draws minutes of voice in a row together: an evening in voice is one line, not two hundred. */
export function groupActs(acts: readonly ActModel[]): ActGroup[] {
  const groups: [ActModel, ...ActModel[]][] = []
  for (const act of acts) {
    const group = groups.at(-1)
    const last = group?.at(-1)
    if (group && last && goesOn(last, act)) group.push(act)
    else groups.push([act])
  }
  return groups
}

function goesOn(later: ActModel, earlier: ActModel): boolean {
  return (
    later.type === 'voice_time' &&
    earlier.type === 'voice_time' &&
    later.summed === null &&
    earlier.summed === null &&
    later.source === earlier.source &&
    later.reason === earlier.reason &&
    later.merged === earlier.merged &&
    later.multiplier === earlier.multiplier &&
    later.at.getTime() - earlier.at.getTime() <= PAUSE_MS
  )
}

/** What a group changed together. */
export function totals(group: ActGroup): { xp: number; coins: number } {
  return group.reduce((sum, act) => ({ xp: sum.xp + act.xp, coins: sum.coins + act.coins }), {
    xp: 0,
    coins: 0,
  })
}
