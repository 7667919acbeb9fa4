import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { newId } from '../../src/core/events/new-id.js'
import { acceptReview } from '../../src/core/imports/decide-review.js'
import { listReviews } from '../../src/core/imports/read-reviews.js'
import {
  openClosedLogin,
  readClosedLogin,
  removeClosedLogin,
} from '../../src/core/website/unproven-emails.js'
import { EMAIL, letter, PASSWORD, register, reset, signIn, withMail } from '../auth/support/email.js'
import { startAuthSite } from '../auth/support/site.js'
import { freshDatabase } from '../support/databases.js'
import { RULES } from '../support/rules.js'
import { accountOf, accountsOf, importInto, website } from './support.js'

const OLD = createHash('sha256').update(PASSWORD).digest('hex')
const siteWithoutMail = async () => startAuthSite(await freshDatabase('postgres'), { openRegistration: true })

/** A Discord member as the sandbox's consent page knows him, with old progress. */
const oldDiscord = (id: string, xp: number) => ({
  source: 'discord' as const,
  id,
  username: 'mira',
  displayName: 'Мира',
  createdAt: null,
  lastActive: null,
  rest: {},
  xp,
  coins: 0,
  gamesPlayed: 0,
  gamesWon: 0,
  messages: 0,
  streak: 0,
  lastDaily: null,
  achievements: [],
  provesTelegramId: null,
})

describe('an old member on the website', () => {
  test('enters with the old password, which is kept by a new hash, and finds what is his', async () => {
    const site = await siteWithoutMail()
    await importInto(site.db, {
      website: [website(1, { email: EMAIL, passwordSha256: OLD, displayName: 'Нина' })],
    })
    const browser = site.browser()
    expect((await signIn(browser)).location).toBe('/profile')
    const account = await accountOf(site.db, 'website_email', EMAIL)
    expect(await browser.account()).toBe(account?.id)
    const kept = await sql<{ password: string }>`select password from ttfd.website_logins`.execute(
      site.db.kysely,
    )
    expect(kept.rows[0]?.password).toMatch(/^scrypt:/)
  })

  test('finds the old progress by Discord, and by the old password once he links that Discord from there', async () => {
    const site = await siteWithoutMail()
    const mira = site.discordId('mira')
    await importInto(site.db, {
      discord: [oldDiscord(mira, 777)],
      website: [website(1, { email: EMAIL, passwordSha256: OLD, claimsDiscordId: mira })],
    })
    const account = await accountOf(site.db, 'discord_id', mira)
    expect(account).toMatchObject({ xp: 777, website_email: EMAIL })

    const byPassword = site.browser()
    await signIn(byPassword)
    expect(await byPassword.account()).toBeNull()
    expect(await readClosedLogin(site.db.kysely, account?.id ?? 0)).toMatchObject({
      maskedEmail: 'n***@example.org',
    })

    const { rows } = await sql<{
      id: string
    }>`select id from ttfd.website_users where email = ${EMAIL}`.execute(site.db.kysely)
    const userId = rows[0]?.id ?? ''
    const stranger = await site.db.transaction((tx) =>
      openClosedLogin(tx, { userId, discordId: site.discordId('oleg') }),
    )
    expect(stranger.status).toBe('not_closed')
    const opened = await site.db.transaction((tx) => openClosedLogin(tx, { userId, discordId: mira }))
    expect(opened).toEqual({ status: 'opened', accountId: account?.id })
    expect(await byPassword.account()).toBe(account?.id)

    const byDiscord = site.browser()
    await site.signIn(byDiscord, 'mira')
    expect(await byDiscord.account()).toBe(account?.id)
  })
})

describe('whoever planted something in the old stores', () => {
  test('registered the address first: finds nothing, and the owner of the old password does', async () => {
    const site = await siteWithoutMail()
    const thief = site.browser()
    await register(thief, EMAIL, 'пароль вора вора')
    await importInto(site.db, { website: [website(1, { email: EMAIL, passwordSha256: OLD })] })
    expect(await thief.account()).toBeNull()
    const again = site.browser()
    await signIn(again, 'пароль вора вора')
    expect(await again.account()).toBeNull()
    const owner = site.browser()
    await signIn(owner)
    expect(await owner.account()).toBe((await accountOf(site.db, 'website_email', EMAIL))?.id)
  })

  test("typed a victim's Discord id on the old site: his login opens nothing, before and after the victim came", async () => {
    const site = await withMail()
    const mira = site.discordId('mira')
    await importInto(site.db, {
      discord: [oldDiscord(mira, 777)],
      website: [website(1, { email: EMAIL, passwordSha256: OLD, claimsDiscordId: mira })],
    })
    const victim = await accountOf(site.db, 'discord_id', mira)
    // He proves his own address by mail, as far as that goes.
    const thief = site.browser()
    await thief.submit('/forgot', '/forgot', { email: EMAIL })
    await reset(thief, await letter(site, 1), 'другой длинный пароль')
    await signIn(thief, 'другой длинный пароль')
    expect(await thief.account()).not.toBe(victim?.id)
    expect((await accountOf(site.db, 'website_email', EMAIL))?.xp ?? 0).toBe(0)

    const owner = site.browser()
    await site.signIn(owner, 'mira')
    expect(await owner.account()).toBe(victim?.id)
    expect(await accountOf(site.db, 'discord_id', mira)).toMatchObject({
      xp: 777,
      website_email: 'mira@example.org',
    })
    const later = site.browser()
    await signIn(later, 'другой длинный пароль')
    expect(await later.account()).not.toBe(victim?.id)
  })

  test("typed a victim's address on the old site: proof by mail brings the address to its owner alone", async () => {
    const site = await withMail()
    const thiefs = site.discordId('oleg')
    await importInto(site.db, {
      discord: [oldDiscord(thiefs, 5)],
      website: [website(1, { email: EMAIL, passwordSha256: OLD, claimsDiscordId: thiefs })],
    })
    const owner = site.browser()
    await owner.submit('/forgot', '/forgot', { email: EMAIL })
    await reset(owner, await letter(site, 1), 'мой новый пароль')
    await signIn(owner, 'мой новый пароль')
    const own = await owner.account()
    expect(own).toBe((await accountOf(site.db, 'website_email', EMAIL))?.id)
    expect(await accountOf(site.db, 'discord_id', thiefs)).toMatchObject({ website_email: null, xp: 5 })
  })

  test('gets no further by the word of an owner who believes him: the login is joined closed', async () => {
    const site = await siteWithoutMail()
    const mira = site.discordId('mira')
    await importInto(site.db, {
      discord: [oldDiscord(mira, 777)],
      website: [
        website(1, { email: EMAIL, passwordSha256: OLD, claimsDiscordId: mira }),
        website(2, { claimsDiscordId: mira }),
      ],
    })
    const thief = site.browser()
    await signIn(thief)
    const [review] = await listReviews(site.db.kysely, { limit: 1 })
    expect(review).toMatchObject({ kind: 'contested', claimant: { id: EMAIL } })
    const context = {
      now: new Date(),
      rules: RULES,
      newId: () => newId(Date.now()),
      admins: new Set<string>(),
    }
    const accepted = await acceptReview(site.db, { id: review?.id ?? 0, by: 'cli:owner' }, context)
    expect(accepted.status).toBe('accepted')
    const victim = await accountOf(site.db, 'discord_id', mira)
    expect(victim).toMatchObject({ website_email: EMAIL, xp: 777 })
    expect(await thief.account()).toBeNull()
    const again = site.browser()
    await signIn(again)
    expect(await again.account()).toBeNull()
  })

  test('is told off by the victim: the claim goes and everything else stays', async () => {
    const site = await siteWithoutMail()
    const mira = site.discordId('mira')
    await importInto(site.db, {
      discord: [oldDiscord(mira, 777)],
      website: [website(1, { email: EMAIL, passwordSha256: OLD, claimsDiscordId: mira })],
    })
    const victim = await accountOf(site.db, 'discord_id', mira)
    const browser = site.browser()
    await site.signIn(browser, 'mira')
    const own = await browser.get('/profile')
    expect(own.text).toContain('/link/old')
    expect(own.text).not.toContain(EMAIL)
    const asked = await browser.get('/link/old')
    expect(asked.text).toContain('n***@example.org')
    expect(asked.text).not.toContain(EMAIL)
    const gone = await browser.submit('/link/old', '/link/old/remove', {})
    expect(gone.location).toBe('/link/old?done=removed')
    expect((await browser.get('/profile')).text).not.toContain('/link/old')
    expect(await removeClosedLogin(site.db, victim?.id ?? 0)).toBe(false)
    expect(await accountOf(site.db, 'discord_id', mira)).toMatchObject({ website_email: null, xp: 777 })
    expect(await readClosedLogin(site.db.kysely, victim?.id ?? 0)).toBeNull()
    await importInto(site.db, {
      discord: [oldDiscord(mira, 777)],
      website: [website(1, { email: EMAIL, passwordSha256: OLD, claimsDiscordId: mira })],
    })
    expect(await accountOf(site.db, 'discord_id', mira)).toMatchObject({ website_email: null })
    expect(await accountsOf(site.db)).toHaveLength(1)
  })
})
