import { scaleBand, scaleLinear } from 'd3-scale'
import { linePath, type Way, wayThrough } from './chart-line.js'
import type { XpDay } from './view-models.js'

/** Height of the drawing area in CSS pixels; widths are percent of whatever the page gives. */
export const CHART_HEIGHT = 180
const AVERAGE_DAYS = 7
const TOP = 6

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
  let sum = 0
  return days.map(({ xp }, index) => {
    sum += xp - (days[index - AVERAGE_DAYS]?.xp ?? 0)
    return sum / Math.min(AVERAGE_DAYS, index + 1)
  })
}

/** What does not depend on the XP: where each day stands, in percent. The same for all charts of as many days. */
type Layout = {
  lefts: readonly number[]
  centres: readonly number[]
  width: number
  labels: readonly { index: number; x: number; wide: boolean }[]
  way: Way
}

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
  const centres = left.map((at) => round(at + x.bandwidth() / 2))
  const step = Math.max(1, Math.ceil(days / 6))
  const layout = {
    lefts: left.map(round),
    centres,
    width: round(x.bandwidth()),
    labels: centres
      .map((at, index) => ({ index, x: at, fromEnd: days - 1 - index }))
      .filter(({ fromEnd }) => fromEnd % step === Math.floor(step / 2))
      .map(({ index, x, fromEnd }) => ({ index, x, wide: Math.floor(fromEnd / step) % 2 === 1 })),
    way: wayThrough(centres),
  }
  if (layouts.size < LAYOUTS_MAX) layouts.set(days, layout)
  return layout
}

/** The round number at which a chart ends, and those at which it has lines. */
type Scale = { top: number; ticks: readonly number[] }

const scales = new Map<number, Scale>()
/** The best days of members are hundreds of numbers, not millions. */
const SCALES_MAX = 1_000

function scaleTo(highest: number): Scale {
  const known = scales.get(highest)
  if (known) return known
  const scale = scaleLinear().domain([0, highest]).nice(4)
  const made = { top: scale.domain()[1] ?? highest, ticks: scale.ticks(4).filter(Number.isInteger) }
  if (scales.size >= SCALES_MAX) scales.clear()
  scales.set(highest, made)
  return made
}

/** Where everything of the XP chart stands. Works for no day, one day and any safe integer. */
export function chartGeometry(days: readonly XpDay[]): ChartGeometry {
  let best: XpDay | null = null
  let total = 0
  for (const entry of days) {
    if (entry.xp > (best?.xp ?? 0)) best = entry
    total += entry.xp
  }
  const { lefts, centres, width, labels, way } = layoutOf(days.length)
  const { top, ticks } = scaleTo(Math.max(best?.xp ?? 0, 4))
  const y = (value: number) => CHART_HEIGHT - (value / top) * (CHART_HEIGHT - TOP)
  const bars = days.map(({ day, xp }, index) => {
    // A day with any XP shows at least a sliver.
    const height = xp === 0 ? 0 : Math.max(2, CHART_HEIGHT - y(xp))
    return { day, xp, x: lefts[index] ?? 0, width, y: CHART_HEIGHT - height, height }
  })
  return {
    bars,
    ticks: ticks.map((value) => ({ value, y: round(y(value)) })),
    labels: labels.map(({ index, x, wide }) => ({ day: days[index]?.day ?? '', x, wide })),
    average: days.length < 2 ? null : linePath(way, centres, movingAverage(days).map(y)),
    total,
    best,
  }
}
