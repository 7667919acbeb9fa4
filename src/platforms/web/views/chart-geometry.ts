import { scaleBand, scaleLinear } from 'd3-scale'
import { curveMonotoneX, line } from 'd3-shape'
import type { XpDay } from './view-models.js'

/** Height of the drawing area in CSS pixels; widths are percent of whatever the page gives. */
export const CHART_HEIGHT = 180
const AVERAGE_DAYS = 7

type ChartBar = XpDay & { x: number; width: number; y: number; height: number }

export type ChartGeometry = {
  bars: readonly ChartBar[]
  /** Grid lines: value and distance from the top. */
  ticks: readonly { value: number; y: number }[]
  /** Days written under the axis with their centre in percent; `wide` ones only where there is room. */
  labels: readonly { day: string; x: number; wide: boolean }[]
  /** Path of the moving average in a 100 x CHART_HEIGHT box; null with fewer than two days. */
  average: string | null
  total: number
  best: XpDay | null
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** The mean of each day and up to six days before it. */
export function movingAverage(days: readonly XpDay[]): number[] {
  return days.map((_, index) => {
    const window = days.slice(Math.max(0, index - AVERAGE_DAYS + 1), index + 1)
    return window.reduce((sum, { xp }) => sum + xp, 0) / window.length
  })
}

/** What does not depend on the XP: where each day stands, in percent. The same for all charts of as many days. */
type Layout = { lefts: readonly number[]; centres: readonly number[]; width: number }

const layouts = new Map<number, Layout>()
/** Charts come in one or two lengths. */
const LAYOUTS_MAX = 16

function layoutOf(days: number): Layout {
  const known = layouts.get(days)
  if (known) return known
  const x = scaleBand<number>()
    .domain(Array.from({ length: days }, (_, index) => index))
    .range([0, 100])
    .paddingInner(0.28)
    .paddingOuter(0.1)
  const left = x.domain().map((index) => x(index) ?? 0)
  const layout = {
    lefts: left.map(round),
    centres: left.map((at) => round(at + x.bandwidth() / 2)),
    width: round(x.bandwidth()),
  }
  if (layouts.size < LAYOUTS_MAX) layouts.set(days, layout)
  return layout
}

/** Where everything of the XP chart stands. Works for no day, one day and any safe integer. */
export function chartGeometry(days: readonly XpDay[]): ChartGeometry {
  const highest = days.reduce((most, { xp }) => Math.max(most, xp), 0)
  const { lefts, centres, width } = layoutOf(days.length)
  const y = scaleLinear()
    .domain([0, Math.max(highest, 4)])
    .nice(4)
    .range([CHART_HEIGHT, 6])
  const bars = days.map(({ day, xp }, index) => {
    // A day with any XP shows at least a sliver.
    const height = xp === 0 ? 0 : Math.max(2, CHART_HEIGHT - y(xp))
    return { day, xp, x: lefts[index] ?? 0, width, y: round(CHART_HEIGHT - height), height: round(height) }
  })
  const step = Math.max(1, Math.ceil(days.length / 6))
  const labels = days
    .map(({ day }, index) => ({ day, x: centres[index] ?? 0, fromEnd: days.length - 1 - index }))
    .filter(({ fromEnd }) => fromEnd % step === Math.floor(step / 2))
    .map(({ day, x, fromEnd }) => ({ day, x, wide: Math.floor(fromEnd / step) % 2 === 1 }))
  const path = line<number>()
    .x((_, index) => centres[index] ?? 0)
    .y((value) => round(y(value)))
    .curve(curveMonotoneX)
  const best = days.reduce<XpDay | null>((top, entry) => (entry.xp > (top?.xp ?? 0) ? entry : top), null)
  return {
    bars,
    ticks: y
      .ticks(4)
      .filter(Number.isInteger)
      .map((value) => ({ value, y: round(y(value)) })),
    labels,
    average: days.length < 2 ? null : path(movingAverage(days)),
    total: days.reduce((sum, { xp }) => sum + xp, 0),
    best,
  }
}
