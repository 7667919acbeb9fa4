import type { Rules } from '../progression/rules.js'

/** A figure of the rules that an admin may set: where it stands and how large it may be. */
export type PayFigure = {
  name: string
  max: number
  read(rules: Rules): number
  write(rules: Rules, value: number): Rules
}

const XP = 10_000
const DAY_XP = 100_000

function figure<G extends keyof Rules>(
  name: string,
  max: number,
  group: G,
  read: (group: Rules[G]) => number,
  write: (group: Rules[G], value: number) => Rules[G],
): PayFigure {
  return {
    name,
    max,
    read: (rules) => read(rules[group]),
    write: (rules, value) => ({ ...rules, [group]: write(rules[group], value) }),
  }
}

/** XP of one step of length; which lengths there are stays. */
const step = (at: number) =>
  figure(
    `message_step_${at}`,
    XP,
    'messages',
    ({ steps }) => steps[at]?.xp ?? 0,
    (group, xp) => ({
      ...group,
      steps: group.steps.map((one, index) => (index === at ? { ...one, xp } : one)),
    }),
  )

/** Every figure that can be changed while the program runs, in the order of the form. Their defaults: rules.ts. */
export const PAY_FIGURES: readonly PayFigure[] = [
  step(1),
  step(2),
  step(3),
  step(4),
  figure(
    'message_cooldown',
    86_400,
    'messages',
    (g) => g.cooldown_seconds,
    (g, v) => ({ ...g, cooldown_seconds: v }),
  ),
  figure(
    'message_day',
    DAY_XP,
    'messages',
    (g) => g.xp_per_day_max,
    (g, v) => ({ ...g, xp_per_day_max: v }),
  ),
  figure(
    'voice_minute',
    100,
    'voice',
    (g) => g.xp_per_minute,
    (g, v) => ({ ...g, xp_per_minute: v }),
  ),
  figure(
    'voice_day',
    DAY_XP,
    'voice',
    (g) => g.xp_per_day_max,
    (g, v) => ({ ...g, xp_per_day_max: v }),
  ),
  figure(
    'daily_base',
    XP,
    'daily',
    (g) => g.base,
    (g, v) => ({ ...g, base: v }),
  ),
  figure(
    'daily_step',
    XP,
    'daily',
    (g) => g.per_streak_day,
    (g, v) => ({ ...g, per_streak_day: v }),
  ),
  figure(
    'daily_days',
    365,
    'daily',
    (g) => g.streak_days_max,
    (g, v) => ({ ...g, streak_days_max: v }),
  ),
  figure(
    'welcome',
    XP,
    'welcome_xp',
    (g) => g,
    (_, v) => v,
  ),
  figure(
    'guess_won',
    XP,
    'games',
    (g) => g.guess.won_xp,
    (g, v) => ({ ...g, guess: { ...g.guess, won_xp: v } }),
  ),
  figure(
    'guess_free',
    XP,
    'games',
    (g) => g.guess.free_won_xp,
    (g, v) => ({
      ...g,
      guess: { ...g.guess, free_won_xp: v },
    }),
  ),
  figure(
    'guess_lost',
    XP,
    'games',
    (g) => g.guess.lost_xp,
    (g, v) => ({ ...g, guess: { ...g.guess, lost_xp: v } }),
  ),
  figure(
    'dice_pip',
    1_000,
    'hourly',
    (g) => g.dice.xp_per_pip,
    (g, v) => ({ ...g, dice: { ...g.dice, xp_per_pip: v } }),
  ),
  figure(
    'coin_won',
    XP,
    'hourly',
    (g) => g.coinflip.won_xp,
    (g, v) => ({ ...g, coinflip: { ...g.coinflip, won_xp: v } }),
  ),
  figure(
    'coin_lost',
    XP,
    'hourly',
    (g) => g.coinflip.lost_xp,
    (g, v) => ({
      ...g,
      coinflip: { ...g.coinflip, lost_xp: v },
    }),
  ),
  figure(
    'games_day',
    DAY_XP,
    'games',
    (g) => g.xp_per_day_max,
    (g, v) => ({ ...g, xp_per_day_max: v }),
  ),
  figure(
    'api_day',
    DAY_XP,
    'api',
    (g) => g.xp_per_day_max,
    (g, v) => ({ ...g, xp_per_day_max: v }),
  ),
]

/** The rules with these figures; null when one of them is no whole number from 0 to its limit. */
export function withFigures(rules: Rules, values: readonly number[]): Rules | null {
  if (values.length !== PAY_FIGURES.length) return null
  let next = rules
  for (const [at, one] of PAY_FIGURES.entries()) {
    const value = values[at] ?? Number.NaN
    if (!Number.isSafeInteger(value) || value < 0 || value > one.max) return null
    next = one.write(next, value)
  }
  return next
}

export function figuresOf(rules: Rules): number[] {
  return PAY_FIGURES.map((one) => one.read(rules))
}
