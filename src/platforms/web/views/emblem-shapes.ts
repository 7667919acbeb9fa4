import type { RankName, Tier } from './view-models.js'

/** Letters on a 16 x 20 grid, drawn as strokes so that they need no font and stay sharp at 24 px. */
export const LETTERS: Record<Tier, string> = {
  F: 'M2.5 20V2.5H15M2.5 10.5H12.5',
  E: 'M15 2.5H2.5V17.5H15M2.5 10H12.5',
  D: 'M2.5 2.5H9.5L13.5 6.5V13.5L9.5 17.5H2.5Z',
  C: 'M14 6.5L10.5 2.5H5.5L2.5 5.5V14.5L5.5 17.5H10.5L14 13.5',
  B: 'M2.5 10H11L13 8V4.5L11 2.5H2.5V17.5H11L13.5 15V12.5L11 10',
  A: 'M2.5 20V7.5L6.5 2.5H9.5L13.5 7.5V20M2.5 13.5H13.5',
  S: 'M13.5 5L11 2.5H5L2.5 5V7.5L5 10H11L13.5 12.5V15L11 17.5H5L2.5 15',
}

/** Side pieces grow with the tier: nothing below C, tabs, one feather, two. Left side; the right is mirrored. */
export const SIDES: Record<Tier, string | null> = {
  F: null,
  E: null,
  D: null,
  C: 'M10 21L5.5 25V34L10 38Z',
  B: 'M10 17L1 11L4 25L10 31Z',
  A: 'M10 17L1 10L3.5 23L10 28.5ZM10 31.5L4.5 27L7 37.5L10 41Z',
  S: 'M10 17L0 8L2.5 22L10 28ZM10 31L3 25.5L6.5 38L10 42Z',
}

export const SHIELD = 'M32 6L52 16V42L32 58L12 42V16Z'
export const SHIELD_RIGHT = 'M32 6L52 16V42L32 58Z'
export const PLATE = 'M32 10.5L48 18.5V40L32 52.8L16 40V18.5Z'
export const PLATE_RIGHT = 'M32 10.5L48 18.5V40L32 52.8Z'
export const PLATE_LINE = 'M32 13.7L45.2 20.3V38.7L32 49.2L18.8 38.7V20.3Z'
export const CROWN = 'M23 8L21.5 0L28 3.5L32 -1L36 3.5L42.5 0L41 8L32 3.5Z'
export const STAR =
  'M0 -3.4L0.9 -1.2L3.2 -1.05L1.43 0.46L2 2.75L0 1.5L-2 2.75L-1.43 0.46L-3.2 -1.05L-0.9 -1.2Z'
export const PIP = 'M0 -3.4L3 0L0 3.4L-3 0Z'

/** Where the stars of a rank stand, from left to right. */
export function starPositions(star: RankName['star'], gap: number): number[] {
  return Array.from({ length: star }, (_, index) => 32 + (index - (star - 1) / 2) * gap)
}
