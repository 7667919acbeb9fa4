import { expect } from 'vitest'
import type { Identity } from '../../../src/core/accounts/identity.js'
import { confirmLinkRequest } from '../../../src/core/linking/confirm-link-request.js'
import { issueLinkCode } from '../../../src/core/linking/issue-link-code.js'
import { typeLinkCode } from '../../../src/core/linking/type-link-code.js'
import { formToken, type TestBrowser } from '../../auth/support/browser.js'
import { answer, enter, linkFor, numberOn, question } from '../../auth/support/links.js'
import { type AuthSiteOptions, LINK_KEY, startAuthSite } from '../../auth/support/site.js'
import { expectSound } from '../../merging/support.js'
import { freshDatabase } from '../../support/databases.js'
import { RULES } from '../../support/rules.js'

/** The question that a page's form answers. */
export function requestIn(html: string): string {
  return /name="request" value="([^"]+)"/.exec(html)?.[1] ?? ''
}

/** A site on PostgreSQL whose people link, merge and part. */
export async function startWorld(options: AuthSiteOptions = {}) {
  const db = await freshDatabase('postgres')
  let late = 0
  const site = await startAuthSite(db, { ...options, now: () => new Date(Date.now() + late) })
  const admins = new Set(options.admins ?? [])
  const context = () => ({
    now: site.now(),
    rules: RULES,
    newId: site.newId,
    admins,
    key: LINK_KEY,
    random: (n: number) => Math.floor(Math.random() * n),
  })
  return {
    site,
    db,
    context,
    wait(minutes: number) {
      late += minutes * 60_000
    },
    discordOf: (person: string): Identity => ({ platform: 'discord', id: site.discordId(person) }),
    /** Gives XP and coins as from the identity's own platform; makes the account. */
    async earn(who: Identity, xp: number, coins = 0): Promise<number> {
      const outcome = await site.writer.award({
        key: `test:${site.newId()}`,
        who,
        occurredAt: site.now(),
        source: who.platform,
        act: { type: 'grant', event: 'xp_change', xp, coins, data: {}, silent: true },
        create: { displayName: `Имя ${who.id}`, username: `user_${who.id}`, claimed: true, reachable: true },
      })
      if (outcome.status !== 'recorded') throw new Error(outcome.status)
      return outcome.accountId
    },
    /** A browser signed in from the Telegram bot. */
    async byTelegram(id: string): Promise<TestBrowser> {
      const browser = site.browser()
      const path = await linkFor(site, id)
      const number = numberOn((await browser.get(path)).text)
      await browser.submit(path, path)
      const asked = await question(site, id)
      await answer(site, asked?.linkId ?? '', number, id)
      await enter(browser, path)
      expect(browser.session).toBeDefined()
      return browser
    },
    async byDiscord(person: string): Promise<TestBrowser> {
      const browser = site.browser()
      await site.signIn(browser, person)
      return browser
    },
    /** Presses "connect Discord" and consents as a person (null: refuses); the path that Discord sends back to. */
    async toDiscord(browser: TestBrowser, person: string | null): Promise<string> {
      const page = await browser.submit('/link', '/link/discord')
      const url =
        /href="(http[^"]*\/oauth2\/authorize[^"]*)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
      const back = new URL(site.discord.control.authorize(url, person))
      return back.pathname + back.search
    },
    /** The whole way to the question on `/link/confirm`. */
    async asks(browser: TestBrowser, person: string) {
      const landed = await browser.get(await this.toDiscord(browser, person))
      expect(landed.location).toBe('/link/confirm')
      return browser.get('/link/confirm')
    },
    async confirm(browser: TestBrowser, yes = true) {
      const page = await browser.get('/link/confirm')
      const request = requestIn(page.text)
      return browser.post('/link/confirm', {
        form: formToken(page.text),
        request,
        answer: yes ? 'yes' : 'no',
      })
    },
    async codeOn(browser: TestBrowser): Promise<string> {
      const page = await browser.submit('/link/code', '/link/code')
      return /<strong class="figure" translate="no">([^<]+)</.exec(page.text)?.[1] ?? ''
    },
    issue: async (who: Identity) => {
      const issued = await issueLinkCode(db, who, context())
      return issued.status === 'issued' ? issued.code : issued.status
    },
    type: (typist: Identity, typed: string) => typeLinkCode(db, { typist, typed }, context()),
    yes: (request: string, who: Identity) => confirmLinkRequest(db, { request, who }, context()),
    account: async (id: number) =>
      db.kysely.selectFrom('unified_users').selectAll().where('id', '=', id).executeTakeFirst(),
    living: async () => (await site.accounts()).map(({ id }) => id),
    sound: () => expectSound(db),
    /** To whom the bots carry what happened to accounts. */
    told: async (type: string) => {
      const rows = await db.kysely
        .selectFrom('ttfd.deliveries as d')
        .innerJoin('cross_platform_events as e', 'e.id', 'd.event_id')
        .select(['d.destination', 'd.recipient_id'])
        .where('e.event_type', '=', type as 'account_linked')
        .orderBy('d.id')
        .execute()
      return [...new Set(rows.map((row) => `${row.destination}:${row.recipient_id}`))].sort()
    },
  }
}

export type World = Awaited<ReturnType<typeof startWorld>>
