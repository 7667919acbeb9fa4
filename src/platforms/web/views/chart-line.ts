import { curveMonotoneX } from 'd3-shape'

/** Where a smooth line goes sideways: what is written before each of its heights. The same for all lines of a chart. */
export type Way = readonly string[]

type Pen = (x: number, y: number) => void

/** Leads d3's curve through points; `pen` is told every point that a path names, control points included. */
function draw(xs: readonly number[], ys: readonly number[], pen: Pen, begin: (sign: string) => void): void {
  const curve = curveMonotoneX({
    moveTo(x: number, y: number) {
      begin('M')
      pen(x, y)
    },
    lineTo(x: number, y: number) {
      begin('L')
      pen(x, y)
    },
    bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number) {
      begin('C')
      pen(x1, y1)
      pen(x2, y2)
      pen(x, y)
    },
    closePath() {},
  } as unknown as Parameters<typeof curveMonotoneX>[0])
  curve.lineStart()
  for (let n = 0; n < xs.length; n++) curve.point(xs[n] ?? 0, ys[n] ?? 0)
  curve.lineEnd()
}

/** The way of a smooth line through points of these places. */
export function wayThrough(xs: readonly number[]): Way {
  const way: string[] = []
  let sign = ''
  draw(
    xs,
    xs.map(() => 0),
    (x) => {
      way.push(`${sign}${Math.round(x * 100) / 100},`)
      sign = ' '
    },
    (next) => {
      sign = next
    },
  )
  return way
}

/** The path of a smooth line through points; `way` is that of the same `xs`. */
export function linePath(way: Way, xs: readonly number[], ys: readonly number[]): string {
  let path = ''
  let n = 0
  draw(
    xs,
    ys,
    (_, y) => {
      path += way[n++] + tenths(y)
    },
    () => {},
  )
  return path
}

const written: string[] = []
const WRITTEN_MAX = 4_000

/** A length as it is written, to a tenth of a pixel: nobody sees less. Not negative. */
export function tenths(length: number): string {
  const whole = Math.round(length * 10)
  if (whole >= WRITTEN_MAX) return String(whole / 10)
  written[whole] ??= String(whole / 10)
  return written[whole]
}
