/** How much XP a level stands for in another bot. */
export type LevelCurve = {
  /** All XP that lies before a level: what its members had at least. */
  total(level: number): number
}

/** Levels beyond are typing errors: none of these bots knows them. */
export const LEVEL_MAX = 10_000

/** XP from one level to the next, given the level that one is on. */
function stepped(step: (level: number) => number): LevelCurve {
  return {
    total(level) {
      let sum = 0
      for (let at = 0; at < level; at++) sum += step(at)
      return sum
    },
  }
}

/**
 * `c0 + c1 n + c2 n² + ...` for level n, rounded; level 0 stands for nothing. The form in which Lurkr publishes its
 * curves and lets servers set their own: https://lurkr.gg/docs/guides/customize-leveling-speed
 */
export function polynomialCurve(coefficients: readonly number[]): LevelCurve {
  return {
    total: (level) =>
      level === 0 ? 0 : Math.round(coefficients.reduceRight((sum, factor) => sum * level + factor, 0)),
  }
}

/** Arcane rounds halves up: level 10 of its straight curve at half speed asks 538. */
const times = (multiplier: number, step: (level: number) => number) =>
  stepped((level) => Math.round(step(level) * multiplier))

export const CURVE_NAMES = [
  'mee6',
  'lurkr',
  'amari',
  'arcane_linear',
  'arcane_exponential',
  'arcane_constant',
] as const
export type CurveName = (typeof CURVE_NAMES)[number]

/**
 * The curves that the bots publish. A server may have set `multiplier` in Arcane; the others know none.
 *
 * - mee6: from level n on, `5 n² + 50 n + 100` (https://github.com/Mee6/Mee6-documentation, docs/levels_xp.md)
 * - lurkr: in all `50 n² - 100 n + 150`, amari: in all `20 n² - 40 n + 55` (the presets on Lurkr's page above)
 * - arcane: from level n on, `100 n + 75`, or `5 n² + 50 n + 75`, or 1000 (https://docs.arcane.bot/plugins/leveling/setup/xp-options)
 */
export function namedCurve(name: CurveName, multiplier = 1): LevelCurve {
  switch (name) {
    case 'mee6':
      return stepped((level) => 5 * level ** 2 + 50 * level + 100)
    case 'lurkr':
      return polynomialCurve([150, -100, 50])
    case 'amari':
      return polynomialCurve([55, -40, 20])
    case 'arcane_linear':
      return times(multiplier, (level) => 100 * level + 75)
    case 'arcane_exponential':
      return times(multiplier, (level) => 5 * level ** 2 + 50 * level + 75)
    case 'arcane_constant':
      return times(multiplier, () => 1000)
  }
}
