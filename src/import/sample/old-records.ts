import { createHash } from 'node:crypto'

/** Whole numbers below a limit. */
export type Chance = (below: number) => number

const FIRST_TELEGRAM = 500_000_000
const FIRST_DISCORD = 300_000_000_000_000_000n
const DISCORD_STEP = 4_194_304n
const DAY_MS = 86_400_000
/** Nothing in the invented stores lies after it. */
const NOON = Date.parse('2026-01-15T12:00:00Z')

export const telegramId = (n: number): string => String(FIRST_TELEGRAM + n * 17)
export const discordId = (n: number): string => String(FIRST_DISCORD + BigInt(n) * DISCORD_STEP)

/** A time as the old programs wrote it: local, without a zone. */
const ago = (days: number): string => new Date(NOON - days * DAY_MS).toISOString().slice(0, -1)

function progress(chance: Chance) {
  const known = chance(900)
  return {
    xp: chance(4) === 0 ? chance(60_000) : chance(3_000),
    coins: chance(9_000),
    rank_id: chance(7) + 1,
    created_at: ago(known),
    last_active: ago(chance(known + 1)),
    last_daily: chance(2) === 0 ? ago(chance(3)) : null,
    inventory: chance(5) === 0 ? ['title_night_owl', 'badge_gold'] : [],
    achievements: chance(3) === 0 ? ['first_win'] : [],
    games_played: chance(200),
    games_won: chance(60),
  }
}

/** Every ninth names a Discord id: now and then his own, now and then nobody knows whose. */
export function oldTelegram(n: number, chance: Chance): object {
  return {
    telegram_id: telegramId(n),
    username: chance(10) === 0 ? `tg_member_${n}` : 'Unknown',
    first_name: `Участник ${n}`,
    discord_id: n % 9 === 0 ? discordId(n + chance(2)) : null,
    last_spin: null,
    total_coins_won: chance(5_000),
    ...progress(chance),
  }
}

/** Every third proved his Telegram by a code. */
export function oldDiscord(n: number, chance: Chance): object {
  return {
    id: discordId(n),
    username: `member${n}`,
    clicks: chance(500),
    tasks_completed: chance(40),
    daily_streak: chance(12),
    daily_tasks: [],
    active_boosts: [],
    game_stats: {},
    ...progress(chance),
    ...(n % 3 === 0 ? { telegram_id: telegramId(n) } : {}),
  }
}

export function oldVoice(n: number, chance: Chance): object {
  return { total_time: chance(400_000) + 0.25, sessions: [], username: `member${n}` }
}

/** The password of every invented login is `пароль<number>`. */
export function oldWebsite(n: number, chance: Chance): object {
  const isFromDiscord = n % 4 === 0
  return {
    id: n + 1_001,
    email: isFromDiscord ? `${discordId(n)}@discord.user` : `member${n}@example.org`,
    username: `site${n}`,
    password: createHash('sha256').update(`пароль${n}`).digest('hex'),
    display_name: `Гость ${n}`,
    discord_id: n % 2 === 0 ? discordId(n) : null,
    created_at: ago(chance(700)),
    profile: { bio: 'люблю играть', theme: 'dark' },
  }
}

/** A row of `discord_links`: of three one is a question that nobody answered. */
export function oldLink(n: number): object {
  return {
    telegram_id: telegramId(n),
    discord_id: discordId(n),
    status: n % 18 === 12 ? 'pending' : 'active',
    created_at: ago(30),
  }
}
