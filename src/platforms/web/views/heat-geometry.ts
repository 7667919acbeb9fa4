import type { XpDay } from './view-models.js'

/** Side of a cell with its gap, and the room for the words beside and above, in the drawing's own units. */
export const HEAT_STEP = 14
export const HEAT_CELL = 12
const HEAT_LEFT = 34
export const HEAT_TOP = 20
const WEEK = 7

type HeatLevel = 0 | 1 | 2 | 3 | 4
type HeatCell = XpDay & { x: number; y: number; level: HeatLevel }

export type HeatHalf = {
  from: string
  to: string
  cells: readonly HeatCell[]
  /** A month's word stands over the week in which it begins. */
  months: readonly { day: string; x: number }[]
  width: number
}

export type HeatGeometry = {
  halves: readonly [HeatHalf, HeatHalf]
  activeDays: number
  best: XpDay | null
}

/**
 * Where everything of the heat map stands. `days` begin on a Monday and end today, oldest first. Today's own XP does
 * not move the levels, so that the drawing changes a few times a day and not with each message.
 */
export function heatGeometry(days: readonly XpDay[]): HeatGeometry {
  const levelOf = levels(days.slice(0, -1))
  const weeks = Math.ceil(days.length / WEEK)
  const middle = Math.ceil(weeks / 2) * WEEK
  const half = (part: readonly XpDay[]): HeatHalf => ({
    from: part[0]?.day ?? '',
    to: part.at(-1)?.day ?? '',
    cells: part.map((entry, index) => ({
      ...entry,
      x: HEAT_LEFT + Math.floor(index / WEEK) * HEAT_STEP,
      y: HEAT_TOP + (index % WEEK) * HEAT_STEP,
      level: levelOf(entry.xp),
    })),
    months: monthsOf(part),
    width: HEAT_LEFT + Math.ceil(weeks / 2) * HEAT_STEP,
  })
  return {
    halves: [half(days.slice(0, middle)), half(days.slice(middle))],
    activeDays: days.filter(({ xp }) => xp > 0).length,
    best: days.reduce<XpDay | null>((top, entry) => (entry.xp > (top?.xp ?? 0) ? entry : top), null),
  }
}

/** Four levels by the quarters of the days with XP, so that one record day does not pale all others. */
function levels(days: readonly XpDay[]): (xp: number) => HeatLevel {
  const sorted = days
    .map(({ xp }) => xp)
    .filter((xp) => xp > 0)
    .sort((a, b) => a - b)
  const quarter = (part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.POSITIVE_INFINITY
  const borders = [quarter(0.25), quarter(0.5), quarter(0.75)]
  return (xp) => (xp <= 0 ? 0 : ((1 + borders.filter((border) => xp > border).length) as HeatLevel))
}

/** The weeks in which a month begins; the last two of a half have no room for a word. */
function monthsOf(days: readonly XpDay[]): { day: string; x: number }[] {
  return days.flatMap(({ day }, index) => {
    const week = Math.floor(index / WEEK)
    const hasRoom = week < Math.ceil(days.length / WEEK) - 2
    return day.endsWith('-01') && hasRoom ? [{ day, x: HEAT_LEFT + week * HEAT_STEP }] : []
  })
}
