import { onTestFinished } from 'vitest'
import { createLetters } from '../../../src/app/auth/letters.js'
import { createPasswords } from '../../../src/app/auth/passwords.js'
import { createScopes } from '../../../src/app/auth/sign-in-scope.js'
import { createWebAuth } from '../../../src/app/auth/web-auth.js'
import { createLetterDeliverer } from '../../../src/app/mail/account-letters.js'
import { createMailer } from '../../../src/app/mail/mailer.js'
import { readSmtpUrl, smtpSender } from '../../../src/app/mail/smtp.js'
import { newId } from '../../../src/core/events/new-id.js'
import { deriveLinkKey } from '../../../src/core/linking/link-code.js'
import { AwardWriter } from '../../../src/core/progression/award-writer.js'
import type { Database } from '../../../src/db/connect.js'
import { createSite } from '../../../src/platforms/web/create-site.js'
import { serveSite } from '../../../src/platforms/web/serve.js'
import { type DiscordSandbox, startDiscordSandbox } from '../../../src/sandbox/discord/server.js'
import { ChangeFeed } from '../../../src/sync/change-feed.js'
import { SyncWorker } from '../../../src/sync/sync-worker.js'
import { testPictures } from '../../support/pictures.js'
import { freePort } from '../../support/postgres-server.js'
import { RULES } from '../../support/rules.js'
import { TestBrowser } from './browser.js'
import { startSmtpSink } from './smtp-sink.js'

export type AuthSiteOptions = {
  mail?: boolean
  openRegistration?: boolean
  signinPerMinute?: number
  admins?: string[]
  trustProxy?: string[]
  discordTimeoutMs?: number
  discord?: DiscordSandbox | null
  now?: () => Date
  https?: boolean
}

/** Cheap ones: what a hash costs in life is for `parts.test.ts`. */
export const QUICK_HASHES = { N: 256, r: 8, p: 1 }

/** Under which the codes of this site are kept. */
export const LINK_KEY = deriveLinkKey('a secret of the tests that is long enough to be one')

export type AuthSite = Awaited<ReturnType<typeof startAuthSite>>

/** The worker's letters: what happened to an account is told by deliveries. */
function startLetters(
  db: Database,
  feed: ChangeFeed,
  {
    port,
    siteUrl,
    log,
  }: { port: number; siteUrl: () => string; log: (facts: object, message: string) => void },
): SyncWorker {
  const send = smtpSender(readSmtpUrl(`smtp://127.0.0.1:${port}`, 'http://ttfd.example'))
  const deliverer = createLetterDeliverer({ send, siteUrl, timeZone: RULES.timeZone })
  const worker = new SyncWorker(db, {
    deliverers: new Map([['website_mail', deliverer]]),
    feed,
    pollSeconds: 5,
    timeZone: RULES.timeZone,
    random: Math.random,
    onError: (error) => log({ err: error }, 'the worker failed'),
  })
  worker.start()
  return worker
}

/** The website with signing in, on a real database, an invented Discord and a mail server that keeps letters. */
export async function startAuthSite(db: Database, options: AuthSiteOptions = {}) {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const publicUrl = options.https ? 'https://ttfd.example' : origin
  const redirectUri = `${publicUrl}/auth/discord/callback`
  const now = options.now ?? (() => new Date())
  const discord =
    options.discord === undefined
      ? await startDiscordSandbox({ redirectUris: [redirectUri] })
      : options.discord
  const sink = options.mail ? await startSmtpSink() : null
  const logged: { facts: object; message: string }[] = []
  const log = (facts: object, message: string) => void logged.push({ facts, message })
  const mailer = sink
    ? createMailer(smtpSender(readSmtpUrl(`smtp://127.0.0.1:${sink.port}`, 'http://ttfd.example')), {
        warn: log,
      })
    : null
  const nextId = () => newId(Date.now())
  const auth = createWebAuth({
    db,
    scopes: createScopes(),
    passwords: createPasswords(QUICK_HASHES),
    letters: mailer && createLetters(mailer, () => publicUrl),
    discord: discord && {
      clientId: discord.clientId,
      clientSecret: discord.clientSecret,
      apiBase: discord.apiUrl,
      redirectUri,
    },
    context: () => ({ now: now(), newId: nextId, timeZone: RULES.timeZone }),
    log: { info: () => {}, warn: log },
    admins: new Set(options.admins ?? []),
    settings: () => ({
      publicUrl,
      secret: 'a secret of the tests that is long enough to be one',
      signinPerMinute: options.signinPerMinute ?? 0,
      registrationOpen: mailer !== null || (options.openRegistration ?? false),
      // For a Discord that hangs; the invented one answers, however busy the machine is.
      discordTimeoutMs: options.discordTimeoutMs ?? 20_000,
    }),
  })
  const feed = new ChangeFeed(db)
  await feed.start()
  const letters = sink ? startLetters(db, feed, { port: sink.port, siteUrl: () => publicUrl, log }) : null
  const writer = new AwardWriter(db, { rules: () => RULES, newId: nextId })
  const site = createSite({
    db,
    rules: () => RULES,
    writer,
    changes: feed,
    pictures: testPictures(db),
    log: { info: log, warn: log, error: log },
    now,
    newId: nextId,
    auth,
    linking: { key: LINK_KEY, admins: new Set(options.admins ?? []) },
    settings: {
      publicUrl,
      timeZone: RULES.timeZone,
      sandbox: false,
      trustProxy: options.trustProxy ?? [],
      ssePerAddress: 20,
      links: () => ({ telegramUrl: 'https://t.me/example_bot', discordUrl: null, websiteUrl: null }),
    },
    onAnswer: () => {},
    readiness: async () => ({ ready: true, parts: [] }),
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
  })
  const listening = await serveSite(site, { host: '127.0.0.1', port })
  onTestFinished(async () => {
    await listening.close()
    await mailer?.close()
    await letters?.stop()
    await writer.close()
    await feed.stop()
    if (options.discord === undefined) await discord?.close()
  })
  const world = () => {
    if (!discord) throw new Error('this site has no Discord')
    return discord
  }
  return {
    db,
    auth,
    routes: site.routes,
    origin,
    sink,
    writer,
    feed,
    logged,
    now,
    newId: nextId,
    get discord() {
      return world()
    },
    browser: (userAgent?: string) => new TestBrowser(origin, userAgent),
    /** Presses the Discord button and consents as a person (null: refuses); gives the address Discord sends back to. */
    async consent(browser: TestBrowser, person: string | null, next = ''): Promise<string> {
      const begun = await browser.get(`/auth/discord${next ? `?next=${encodeURIComponent(next)}` : ''}`)
      const back = new URL(world().control.authorize(begun.location ?? '', person))
      return back.pathname + back.search
    },
    /** Signs a browser in as a person of the invented Discord. */
    async signIn(browser: TestBrowser, person: string) {
      return browser.get(await this.consent(browser, person))
    },
    discordId: (person: string) => world().control.find.user(person).id,
    /** Gives XP to an identity as the bots do; makes the account. Returns its id. */
    async give(platform: 'telegram' | 'discord', id: string, name: string, xp: number): Promise<number> {
      const outcome = await writer.award({
        key: `test:${nextId()}`,
        who: { platform, id },
        occurredAt: now(),
        source: 'system',
        act: { type: 'grant', event: 'xp_change', xp, coins: 0, data: {}, silent: true },
        create: { displayName: name, claimed: true },
      })
      if (outcome.status !== 'recorded') throw new Error(`the award was ${outcome.status}`)
      return outcome.accountId
    },
    accounts: async () => {
      const rows = await db.kysely.selectFrom('unified_users').selectAll().orderBy('id').execute()
      return rows
    },
    sessions: () => db.kysely.selectFrom('ttfd.website_sessions').selectAll().orderBy('created_at').execute(),
  }
}
