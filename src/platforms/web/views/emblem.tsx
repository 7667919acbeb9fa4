import {
  CROWN,
  LETTERS,
  PIP,
  PLATE,
  PLATE_LINE,
  PLATE_RIGHT,
  SHIELD,
  SHIELD_RIGHT,
  SIDES,
  STAR,
  starPositions,
} from './emblem-shapes.js'
import { once } from './once.js'
import type { RankName } from './view-models.js'

const EMBLEMS = {}

type EmblemProps = { rank: RankName; size: 'small' | 'medium' | 'large' }

/**
 * A rank drawn as a shield: tier letter, one to three stars, ornaments that grow with the tier.
 * `small` leaves out what a 24 to 40 px picture cannot show. Decoration: the rank's name stands beside it.
 */
export function RankEmblem({ rank, size }: EmblemProps) {
  return once(EMBLEMS, `${rank.tier}${rank.star} ${size}`, () => <Emblem rank={rank} size={size} />)
}

function Emblem({ rank, size }: EmblemProps) {
  const small = size === 'small'
  const side = small ? null : SIDES[rank.tier]
  return (
    <svg
      class={`emblem emblem-${size} tier-${rank.tier}`}
      viewBox={small ? '8 4 48 56' : '-2 -3 68 64'}
      focusable="false"
      aria-hidden="true"
    >
      {side && <path class="e-side" d={side} />}
      {side && <path class="e-side e-shade" d={side} transform="matrix(-1 0 0 1 64 0)" />}
      {!small && rank.tier === 'S' && <path class="e-rim" d={CROWN} />}
      <path class="e-rim" d={SHIELD} />
      <path class="e-shade" d={SHIELD_RIGHT} />
      <path class="e-plate" d={PLATE} />
      <path class="e-light" d={PLATE_RIGHT} />
      {!small && rank.tier !== 'F' && <path class="e-line" d={PLATE_LINE} />}
      <path class="e-letter" d={LETTERS[rank.tier]} transform="translate(24 16)" />
      {starPositions(rank.star, small ? 7.5 : 7).map((x) => (
        <path class="e-star" d={small ? PIP : STAR} transform={`translate(${x} 43)`} />
      ))}
    </svg>
  )
}

/** The community's own mark: the shield with a T. */
export function BrandMark() {
  return (
    <svg class="brand-mark" viewBox="8 4 48 56" aria-hidden="true" focusable="false">
      <path class="mark-shield" d={SHIELD} />
      <path class="mark-shade" d={SHIELD_RIGHT} />
      <path class="mark-letter" d="M20 24H44M32 24V47" />
    </svg>
  )
}
