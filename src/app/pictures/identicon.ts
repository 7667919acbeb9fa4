import { createHash } from 'node:crypto'
import { TIER_COLOURS } from './emblem-svg.js'

/** Raised with every change of the look. */
export const IDENTICON_LOOK = 1

const CELLS = 4
const UNIT = 20

/** Shapes inside a cell of 20 by 20, each whole or turned; mirrored on the other half. */
const SHAPES = [
  'M0 0H20V20H0Z',
  'M0 0H20V20Z',
  'M0 0H20L0 20Z',
  'M0 20H20V0Z',
  'M0 0V20H20Z',
  'M10 0L20 10L10 20L0 10Z',
  'M0 0H20L10 20Z',
  'M0 20H20L10 0Z',
] as const

/**
 * A picture for who has none: a mirrored mosaic in two of the community's colours, always the same for one account.
 * An SVG element of 100 by 100 units with `size` pixels a side.
 */
export function identicon(accountId: number, size = 256): string {
  const bytes = createHash('sha256').update(`avatar:${accountId}`).digest()
  const byte = (index: number) => bytes[index % bytes.length] ?? 0
  const palette = Object.values(TIER_COLOURS).filter(({ enamel }) => enamel !== TIER_COLOURS.F.enamel)
  const main = palette[byte(0) % palette.length] ?? TIER_COLOURS.E
  const accent = byte(1) % 4 === 0 ? '#c8f135' : main.dim
  const half = Array.from({ length: (CELLS * CELLS) / 2 }, (_, index) => index)
  const cells = half.flatMap((index) => {
    // A quarter stays empty, so that the mosaic has a figure and a ground.
    if (byte(2 + index) % 4 === 0 && index !== 3 && index !== 5) return []
    const [column, row] = [index % (CELLS / 2), Math.floor(index / (CELLS / 2))]
    const shape = SHAPES[byte(12 + index) % SHAPES.length] ?? SHAPES[0]
    const colour = byte(22 + index) % 3 === 0 ? accent : main.enamel
    const [x, y] = [10 + column * UNIT, 10 + row * UNIT]
    return [
      `<path fill="${colour}" transform="translate(${x} ${y})" d="${shape}"/>`,
      `<path fill="${colour}" transform="matrix(-1 0 0 1 ${100 - x} ${y})" d="${shape}"/>`,
    ]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 100 100">`,
    `<path fill="${main.deep}" d="M0 0H100V100H0Z"/>`,
    `<path fill="#fff" fill-opacity=".05" d="M50 0H100V100H50Z"/>`,
    ...cells,
    '</svg>',
  ].join('')
}
