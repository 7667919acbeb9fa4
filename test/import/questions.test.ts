import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { ensureAccount } from '../../src/core/accounts/ensure-account.js'
import { newId } from '../../src/core/events/new-id.js'
import { acceptReview, refuseReview } from '../../src/core/imports/decide-review.js'
import { listReviews, readLinkOffers } from '../../src/core/imports/read-reviews.js'
import { verifyImport } from '../../src/import/run/verify.js'
import { freshDatabase } from '../support/databases.js'
import { RULES } from '../support/rules.js'
import {
  accountOf,
  accountsOf,
  daysLater,
  discord,
  discordId,
  importInto,
  storesOf,
  telegram,
  unbalanced,
  voice,
  website,
} from './support.js'

const CONTEXT = { now: new Date(), rules: RULES, newId: () => newId(Date.now()), admins: new Set<string>() }
const BY = 'cli:owner'

describe('questions to the owner', () => {
  test('a claim moves nothing until he agrees, and is offered to both members meanwhile', async () => {
    const db = await freshDatabase('postgres')
    const given = {
      telegram: [telegram(1, { xp: 100, displayName: 'Планшет', claimsDiscordId: discordId(1) })],
      discord: [discord(1, { xp: 900, coins: 3, displayName: 'Жертва' })],
    }
    await importInto(db, given)
    const claimed = await accountOf(db, 'discord_id', discordId(1))
    const claimant = await accountOf(db, 'telegram_id', '1')
    expect([claimant?.xp, claimed?.xp]).toEqual([100, 900])
    expect(await readLinkOffers(db.kysely, claimed?.id ?? 0)).toEqual([
      { direction: 'claimed', platform: 'telegram', maskedName: 'П***т' },
    ])
    expect(await readLinkOffers(db.kysely, claimant?.id ?? 0)).toMatchObject([
      { direction: 'claims', platform: 'discord' },
    ])
    const [review] = await listReviews(db.kysely, { limit: 10 })
    expect(review).toMatchObject({ kind: 'claim', claimant: { id: '1' }, claimed: { id: discordId(1) } })
    expect(await acceptReview(db, { id: review?.id ?? 0, by: BY }, CONTEXT)).toMatchObject({
      status: 'accepted',
    })
    expect(await accountsOf(db)).toMatchObject([
      { telegram_id: '1', discord_id: discordId(1), xp: 1_000, coins: 3 },
    ])
    expect(await listReviews(db.kysely, { limit: 10 })).toEqual([])
    expect(await unbalanced(db)).toEqual([])
    expect((await verifyImport(db, { stores: storesOf(given), trustClaims: false })).findings).toEqual([])
    await importInto(db, given)
    expect(await accountsOf(db)).toHaveLength(1)
  })

  test('an address that two old accounts share goes to the one he names, with the next import', async () => {
    const db = await freshDatabase('postgres')
    const given = {
      website: [
        website(1, { email: 'same@example.org', displayName: 'Первый' }),
        website(2, { email: 'same@example.org', displayName: 'Второй', passwordSha256: 'ab'.repeat(32) }),
        website(3),
      ],
    }
    const report = await importInto(db, given)
    expect([report.reviews.counts.address, report.seed.after.website]).toEqual([2, 1])
    const reviews = await listReviews(db.kysely, { limit: 10 })
    const of = (id: string) => reviews.find((one) => one.claimant.id === id)?.id ?? 0
    expect(await acceptReview(db, { id: of('#2'), by: BY }, CONTEXT)).toEqual({ status: 'address_given' })
    expect(await acceptReview(db, { id: of('#1'), by: BY }, CONTEXT)).toEqual({ status: 'unknown' })
    expect(await listReviews(db.kysely, { limit: 10 })).toEqual([])
    expect((await importInto(db, given)).seed.after).toEqual({
      accounts: 2,
      telegram: 0,
      discord: 0,
      website: 2,
    })
    expect(await accountOf(db, 'website_email', 'same@example.org')).toMatchObject({ display_name: 'Второй' })
    expect((await verifyImport(db, { stores: storesOf(given), trustClaims: false })).findings).toEqual([])
    const { rows } = await sql`select actor, act from ttfd.audit_log order by id`.execute(db.kysely)
    expect(rows).toEqual([
      { actor: BY, act: 'import_review_accepted' },
      { actor: BY, act: 'import_review_refused' },
    ])
  })

  test('growth that no day can bring waits: given once when he agrees, never when he refuses', async () => {
    const db = await freshDatabase('postgres')
    await importInto(db, { telegram: [telegram(1, { xp: 0 }), telegram(2, { xp: 0 })], voice: [voice(1, 0)] })
    const week = { lastActive: daysLater(7) }
    const later = {
      telegram: [telegram(1, { xp: 50_000, coins: 9_000, ...week }), telegram(2, { xp: 50_000, ...week })],
      voice: [voice(1, 8 * 86_400)],
    }
    await importInto(db, later)
    expect(await accountOf(db, 'telegram_id', '1')).toMatchObject({ xp: 10_500, coins: 3_500 })
    const reviews = await listReviews(db.kysely, { limit: 10 })
    const of = (id: string) => reviews.find((one) => one.claimant.id === id)?.id ?? 0
    expect(await acceptReview(db, { id: of('1'), by: BY }, CONTEXT)).toMatchObject({ status: 'accepted' })
    expect(await acceptReview(db, { id: of('1'), by: BY }, CONTEXT)).toEqual({ status: 'unknown' })
    expect(await refuseReview(db, { id: of('2'), by: BY }, CONTEXT)).toEqual({ status: 'closed' })
    expect(await acceptReview(db, { id: of('2'), by: BY }, CONTEXT)).toEqual({ status: 'unknown' })
    expect(await accountOf(db, 'telegram_id', '1')).toMatchObject({
      xp: 50_000,
      coins: 9_000,
      highest_rank_paid: 19,
    })
    expect(await accountOf(db, 'telegram_id', '2')).toMatchObject({ xp: 10_500 })
    await importInto(db, later)
    expect(await accountOf(db, 'telegram_id', '2')).toMatchObject({ xp: 10_500 })
    expect(await unbalanced(db)).toEqual([])
    expect((await verifyImport(db, { stores: storesOf(later), trustClaims: false })).findings).toEqual([])
  })
})

describe('who is here already', () => {
  test('gets the import on top, and a proof joins two accounts by the ordinary merge, with its freeze and undo', async () => {
    const db = await freshDatabase('postgres')
    const context = { now: new Date(), newId: () => newId(Date.now()), timeZone: RULES.timeZone }
    await ensureAccount(db, { platform: 'telegram', id: '1' }, { displayName: 'Аня' }, context)
    await ensureAccount(db, { platform: 'discord', id: discordId(1) }, { displayName: 'Anya' }, context)
    const given = {
      telegram: [telegram(1, { xp: 100 })],
      discord: [discord(1, { xp: 50, provesTelegramId: '1' })],
    }
    const report = await importInto(db, given)
    expect(report.linked.merged).toBe(1)
    expect(await accountsOf(db)).toMatchObject([{ telegram_id: '1', discord_id: discordId(1), xp: 150 }])
    expect(report.seed.after).toEqual(report.seed.expected)
    const merges = await sql`select undone_at from ttfd.merges`.execute(db.kysely)
    expect(merges.rows).toHaveLength(1)
    expect(await unbalanced(db)).toEqual([])
    expect((await verifyImport(db, { stores: storesOf(given), trustClaims: false })).findings).toEqual([])
  })

  test('and parted here stays parted, whatever the old proof says', async () => {
    const db = await freshDatabase('postgres')
    const given = {
      telegram: [telegram(1, { xp: 100 })],
      discord: [discord(1, { xp: 50, provesTelegramId: '1' })],
    }
    await importInto(db, given)
    await sql`update ttfd.identities set account_id = null where platform = 'telegram'`.execute(db.kysely)
    await sql`update unified_users set telegram_id = null, primary_platform = 'discord'`.execute(db.kysely)
    const context = { now: new Date(), newId: () => newId(Date.now()), timeZone: RULES.timeZone }
    await ensureAccount(db, { platform: 'telegram', id: '1' }, {}, context)
    await importInto(db, {
      ...given,
      telegram: [telegram(1, { xp: 160, lastActive: daysLater(1) })],
    })
    expect(await accountOf(db, 'telegram_id', '1')).toMatchObject({ discord_id: null, xp: 60 })
    expect(await accountOf(db, 'discord_id', discordId(1))).toMatchObject({ xp: 150 })
  })

  test('an owner who trusts claims joins those that nobody disputes', async () => {
    const db = await freshDatabase('postgres')
    const report = await importInto(
      db,
      {
        telegram: [
          telegram(1, { xp: 1, claimsDiscordId: discordId(1) }),
          telegram(2, { xp: 2, claimsDiscordId: discordId(2) }),
          telegram(3, { xp: 3, claimsDiscordId: discordId(2) }),
        ],
        discord: [discord(1, { xp: 10 }), discord(2, { xp: 20 })],
      },
      { trustClaims: true },
    )
    expect(report.trusted).toMatchObject([
      { telegram: '1', telegramBrings: { xp: 1 }, discordBrings: { xp: 10 } },
    ])
    expect(await accountOf(db, 'telegram_id', '1')).toMatchObject({ discord_id: discordId(1), xp: 11 })
    expect(await accountOf(db, 'discord_id', discordId(2))).toMatchObject({ telegram_id: null, xp: 20 })
    expect(report.reviews.counts).toMatchObject({ claim: 0, contested: 2 })
  })
})
