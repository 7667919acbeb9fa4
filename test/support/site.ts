import { sql } from 'kysely'
import { onTestFinished } from 'vitest'
import { newId } from '../../src/core/events/new-id.js'
import type { Award } from '../../src/core/progression/award.js'
import { CHANGED_CHANNEL } from '../../src/core/progression/award-statements.js'
import { AwardWriter } from '../../src/core/progression/award-writer.js'
import type { Database } from '../../src/db/connect.js'
import { createSite } from '../../src/platforms/web/create-site.js'
import type { WebDeps } from '../../src/platforms/web/deps.js'
import { serveSite } from '../../src/platforms/web/serve.js'
import { ChangeFeed } from '../../src/sync/change-feed.js'
import { Duties } from '../../src/sync/duties.js'
import { testPictures } from './pictures.js'
import { RULES } from './rules.js'

export type TestSite = {
  url: string
  db: Database
  writer: AwardWriter
  duties: Duties
  /** Resolves when the site has heard of every change that was committed before this call. */
  heard(): Promise<void>
  /** Gives XP and coins by an ordinary award; makes the account. Returns its id. */
  give(telegramId: string, name: string, xp: number, coins?: number): Promise<number>
  logged: { facts: object; message: string }[]
}

let serial = 0

/** The website on a real database and a real port, with the feed behind its live pages. Ends with the running test. */
export async function startSite(
  db: Database,
  settings: Partial<WebDeps['settings']> = {},
  pictures?: WebDeps['pictures'],
): Promise<TestSite> {
  const feed = new ChangeFeed(db)
  await feed.start()
  const writer = new AwardWriter(db, { rules: () => RULES, newId: () => newId(Date.now()) })
  const duties = new Duties(db, {
    holder: 'test',
    feed,
    clock: () => performance.now(),
    context: () => ({ rules: RULES, now: new Date(), newId: () => newId(Date.now()), random: () => 0 }),
    onError: (error) => logged.push({ facts: { err: error }, message: 'duties' }),
  })
  const logged: TestSite['logged'] = []
  const log = (facts: object, message: string) => void logged.push({ facts, message })
  const site = createSite({
    db,
    rules: () => RULES,
    writer,
    changes: feed,
    pictures: pictures ?? testPictures(db),
    log: { info: log, warn: log, error: log },
    now: () => new Date(),
    newId: () => newId(Date.now()),
    settings: {
      publicUrl: 'http://localhost:3000',
      timeZone: 'Europe/Moscow',
      sandbox: false,
      trustProxy: [],
      ssePerAddress: 20,
      links: () => ({ telegramUrl: 'https://t.me/example_bot', discordUrl: null, websiteUrl: null }),
      ...settings,
    },
    onAnswer: () => {},
    readiness: async () => ({ ready: true, parts: [{ part: 'database', ok: true, detail: db.kind }] }),
    metrics: async () => ({ contentType: 'text/plain', text: 'ttfd_database_up 1\n' }),
  })
  const listening = await serveSite(site, { host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await listening.close()
    await duties.stop()
    await writer.close()
    await feed.stop()
  })
  const give = async (telegramId: string, name: string, xp: number, coins = 0): Promise<number> => {
    const award: Award = {
      key: `site:${++serial}`,
      who: { platform: 'telegram', id: telegramId },
      occurredAt: new Date(),
      source: 'system',
      act: { type: 'grant', event: 'xp_change', xp, coins, data: {}, silent: true },
      create: { displayName: name, claimed: true },
    }
    const outcome = await writer.award(award)
    if (outcome.status !== 'recorded') throw new Error(`the award was ${outcome.status}`)
    return outcome.accountId
  }
  /** Announcements come in the order of their commits: once this one is there, all before it are. */
  const heard = async () => {
    const mark = Number.MAX_SAFE_INTEGER - ++serial
    let stop = () => {}
    const told = new Promise<void>((resolve) => {
      stop = feed.onChanged((ids) => {
        if (ids.includes(mark)) resolve()
      })
    })
    await sql`select pg_notify(${CHANGED_CHANNEL}, ${String(mark)})`.execute(db.kysely)
    await told
    stop()
  }
  return { url: `http://127.0.0.1:${listening.port}`, db, writer, duties, heard, give, logged }
}
