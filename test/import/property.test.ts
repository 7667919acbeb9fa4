import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { verifyImport } from '../../src/import/run/verify.js'
import { freshDatabase } from '../support/databases.js'
import { modelOf } from './model.js'
import {
  accountsOf,
  daysLater,
  discord,
  discordId,
  type Given,
  importInto,
  storesOf,
  telegram,
  unbalanced,
  voice,
  website,
} from './support.js'

const WORLDS = process.env.LONG ? 1_000 : 200
/** People of each platform in one world: few, so that they meet. */
const PEOPLE = 5
const SEED = 20_260_301

const nat = (max: number) => fc.nat({ max })
const someone = fc.option(nat(PEOPLE - 1), { freq: 2 })
const progress = {
  xp: nat(60_000),
  coins: nat(5_000),
  gamesPlayed: nat(90),
  messages: nat(50),
  streak: nat(9),
  day: fc.option(nat(3)),
}
const world = fc.record({
  telegram: fc.array(fc.record({ ...progress, n: nat(PEOPLE - 1), claims: someone }), { maxLength: PEOPLE }),
  discord: fc.array(fc.record({ ...progress, n: nat(PEOPLE - 1), proves: someone }), { maxLength: PEOPLE }),
  voice: fc.array(fc.record({ n: nat(PEOPLE - 1), seconds: nat(90_000) }), { maxLength: 3 }),
  website: fc.array(fc.record({ n: nat(PEOPLE - 1), claims: someone, email: someone }), {
    maxLength: PEOPLE,
  }),
  links: fc.array(fc.record({ t: nat(PEOPLE - 1), d: nat(PEOPLE - 1) }), { maxLength: 2 }),
})
type World = typeof world extends fc.Arbitrary<infer T> ? T : never

/** The stores of one world; worlds share no id, so that thousands fit into one import. */
function storesIn(w: World, index: number): Required<Given> {
  const at = index * PEOPLE
  const t = (n: number) => String(1_000 + at + n)
  const d = (n: number) => discordId(at + n)
  const unique = <T extends { n: number }>(list: readonly T[]) =>
    list.filter((one, i) => list.findIndex((other) => other.n === one.n) === i)
  const rest = <T extends { day: number | null }>({ day, ...more }: T) => ({
    ...more,
    lastDaily: day === null ? null : daysLater(-day),
  })
  return {
    telegram: [
      ...unique(w.telegram).map(({ n, claims, ...one }) =>
        telegram(t(n), { ...rest(one), claimsDiscordId: claims === null ? null : d(claims) }),
      ),
      ...w.links.map((link) => ({
        kind: 'link' as const,
        link: { telegramId: t(link.t), discordId: d(link.d) },
      })),
    ],
    discord: unique(w.discord).map(({ n, proves, ...one }) =>
      discord(at + n, { ...rest(one), provesTelegramId: proves === null ? null : t(proves) }),
    ),
    voice: unique(w.voice).map(({ n, seconds }) => voice(at + n, seconds)),
    website: unique(w.website).map(({ n, claims, email }) =>
      website(at + n, {
        claimsDiscordId: claims === null ? null : d(claims),
        email: email === null ? null : `e${at + email}@example.org`,
      }),
    ),
  }
}

test(`accounts, links, queue and sums are what an obvious model computes (${WORLDS} generated stores)`, {
  timeout: 60_000 + WORLDS * 300,
}, async () => {
  const db = await freshDatabase('postgres')
  const worlds = fc.sample(world, { numRuns: WORLDS, seed: SEED }).map(storesIn)
  const given: Given = {}
  for (const source of ['telegram', 'discord', 'voice', 'website'] as const) {
    given[source] = worlds.flatMap((one) => one[source])
  }
  const report = await importInto(db, given)

  const accounts = await accountsOf(db)
  const closed = new Set(
    (
      await sql<{ email: string }>`select email from ttfd.unproven_emails where closed`.execute(db.kysely)
    ).rows.map((row) => row.email),
  )
  const reviews = await sql<{ line: string }>`
    select kind || ' ' || claimant_platform || ':' || claimant_id || '>' || claimed_platform || ':' || claimed_id as line
    from ttfd.import_reviews`.execute(db.kysely)
  const seen = accounts.map((row) => ({
    telegram: row.telegram_id,
    discord: row.discord_id,
    email: row.website_email,
    closed: row.website_email !== null && closed.has(row.website_email),
    xp: row.xp,
    coins: row.coins,
    games: row.games_played,
    voice: row.total_voice_time,
    messages: row.messages_sent,
    streak: row.daily_streak,
  }))
  const models = worlds.map(modelOf)
  const byIdentity = (a: { telegram: string | null; discord: string | null; email: string | null }) =>
    `${a.telegram} ${a.discord} ${a.email}`
  const sorted = <T extends Parameters<typeof byIdentity>[0]>(list: T[]) =>
    [...list].sort((a, b) => (byIdentity(a) < byIdentity(b) ? -1 : 1))
  expect(sorted(seen)).toEqual(sorted(models.flatMap((model) => model.accounts)))
  expect(reviews.rows.map((row) => row.line).sort()).toEqual(models.flatMap((model) => model.queue).sort())
  expect(report.stores.find((store) => store.source === 'website')?.held).toBe(
    models.reduce((sum, model) => sum + model.held.length, 0),
  )

  const sumOf = (key: 'xp' | 'coins' | 'games' | 'voice') =>
    models.reduce((sum, model) => sum + model.accounts.reduce((all, one) => all + one[key], 0), 0)
  for (const key of ['xp', 'coins', 'games', 'voice'] as const) {
    expect(report.stores.reduce((sum, store) => sum + store.store[key], 0)).toBe(sumOf(key))
  }
  for (const store of report.stores) {
    for (const key of ['xp', 'coins', 'games', 'voice'] as const) {
      const { rejected, leftOut, before, added, waits } = store
      expect(store.store[key]).toBe(rejected[key] + leftOut[key] + before[key] + added[key] + waits[key])
    }
  }
  expect(report.seed.after).toEqual(report.seed.expected)
  expect(await unbalanced(db)).toEqual([])

  // Once more changes nothing, and the comparison of both sides is content.
  await importInto(db, given)
  expect(await accountsOf(db)).toEqual(accounts)
  const verified = await verifyImport(db, { stores: storesOf(given), trustClaims: false })
  expect(verified.findings).toEqual([])
})
