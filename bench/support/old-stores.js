// Old stores of any size for the import's bench.
// @ts-check
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'

/**
 * Three stores that hold `members` records together: two in five in each bot, the rest on the website; every third
 * Discord member proves his Telegram. Returns the options of `ttfd import` that name them.
 * @param {string} folder @param {number} members
 */
export async function writeStores(folder, members) {
  const each = Math.round(members * 0.4)
  const discordId = (/** @type {number} */ n) => String(900_000_000_000_000_000n + BigInt(n) * 7919n)
  const common = (/** @type {number} */ n) => ({
    xp: (n * 31) % 60_000,
    coins: n % 1_000,
    rank_id: n % 7,
    created_at: '2025-02-03T04:05:06.123456',
    last_active: '2026-01-02T03:04:05.123456',
    last_daily: '2026-01-02T03:04:05',
    inventory: n % 4 === 0 ? ['sword', 'hat'] : [],
    achievements: n % 3 === 0 ? ['first_win'] : [],
    games_played: n % 50,
    games_won: n % 20,
  })
  const stores = {
    telegram: {
      head: '{"users":{',
      tail: '},"global_stats":{}}',
      count: each,
      row: (/** @type {number} */ n) =>
        `"${100_000 + n}":${JSON.stringify({ telegram_id: String(100_000 + n), username: 'Unknown', first_name: `Имя ${n}`, discord_id: null, ...common(n) })}`,
    },
    discord: {
      head: '{"users":{',
      tail: '},"global_stats":{}}',
      count: each,
      row: (/** @type {number} */ n) =>
        `"${discordId(n)}":${JSON.stringify({ id: discordId(n), username: `user${n}`, clicks: n % 99, daily_streak: n % 9, ...common(n), ...(n % 3 === 0 ? { telegram_id: String(100_000 + n) } : {}) })}`,
    },
    website: {
      head: '{"accounts":{',
      tail: '},"sessions":{}}',
      count: members - 2 * each,
      row: (/** @type {number} */ n) =>
        `"${n + 1}":${JSON.stringify({ id: n + 1, email: `member${n}@example.org`, username: `site${n}`, password: 'ab'.repeat(32), display_name: `Имя ${n}`, discord_id: n % 2 === 0 ? discordId(n) : null, created_at: '2025-02-03T04:05:06', profile: { bio: 'о себе', theme: 'dark' } })}`,
    },
  }
  /** @type {string[]} */
  const args = []
  for (const [name, { head, tail, count, row }] of Object.entries(stores)) {
    const file = join(folder, `${name}.json`)
    const out = createWriteStream(file)
    out.write(head)
    for (let n = 0; n < count; n++) {
      if (!out.write(n === 0 ? row(n) : `,${row(n)}`)) await once(out, 'drain')
    }
    out.end(tail)
    await once(out, 'finish')
    args.push(`--${name}`, file)
  }
  return args
}
