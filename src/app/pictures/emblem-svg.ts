import {
  CROWN,
  LETTERS,
  PLATE,
  PLATE_LINE,
  PLATE_RIGHT,
  SHIELD,
  SHIELD_RIGHT,
  SIDES,
  STAR,
  starPositions,
} from '../../platforms/web/views/emblem-shapes.js'
import type { RankName, Tier } from '../../platforms/web/views/view-models.js'

/** The colours of a tier, as public/app.css has them on dark ground. `dim`: enamel in the shade. */
export const TIER_COLOURS: Record<Tier, { enamel: string; dim: string; deep: string; text: string }> = {
  F: { enamel: '#aab4ba', dim: '#858c91', deep: '#343b40', text: '#a9b4ba' },
  E: { enamel: '#86a9cf', dim: '#6984a1', deep: '#1f3347', text: '#8cabcc' },
  D: { enamel: '#43bfdd', dim: '#3495ac', deep: '#0b3a4a', text: '#4cc1dd' },
  C: { enamel: '#6c8dff', dim: '#546ec7', deep: '#14235c', text: '#7d9bff' },
  B: { enamel: '#ff5ea5', dim: '#c74981', deep: '#500a2d', text: '#ff6fae' },
  A: { enamel: '#ab7bff', dim: '#8560c7', deep: '#2f1166', text: '#b78cff' },
  S: { enamel: '#ff4b43', dim: '#c73a34', deep: '#57060d', text: '#ff5f57' },
}

/** The site's large rank emblem (views/emblem.tsx) as SVG with its own colours, in a box of 64 by 64 units. */
export function emblemSvg({ tier, star }: RankName): string {
  const { enamel, dim, deep } = TIER_COLOURS[tier]
  const side = SIDES[tier]
  const stars = starPositions(star, 7).map(
    (x) => `<path fill="${tier === 'F' ? '#fff' : enamel}" d="${STAR}" transform="translate(${x} 43)"/>`,
  )
  return [
    side && `<path fill="${enamel}" d="${side}"/>`,
    side && `<path fill="${dim}" d="${side}" transform="matrix(-1 0 0 1 64 0)"/>`,
    tier === 'S' && `<path fill="${enamel}" d="${CROWN}"/>`,
    `<path fill="${enamel}" d="${SHIELD}"/>`,
    `<path fill="#000" fill-opacity=".26" d="${SHIELD_RIGHT}"/>`,
    `<path fill="${deep}" d="${PLATE}"/>`,
    `<path fill="#fff" fill-opacity=".07" d="${PLATE_RIGHT}"/>`,
    tier !== 'F' && `<path fill="none" stroke="${enamel}" stroke-opacity=".45" d="${PLATE_LINE}"/>`,
    `<path fill="none" stroke="#fff" stroke-width="4.4" d="${LETTERS[tier]}" transform="translate(24 16)"/>`,
    ...stars,
  ]
    .filter((part) => part !== null && part !== false)
    .join('')
}
