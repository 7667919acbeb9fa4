import { randomInt } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { AwardWriter } from '../../../src/core/progression/award-writer.js'
import { createTelegramBot } from '../../../src/platforms/telegram/create-telegram-bot.js'
import { startTelegramSandbox } from '../../../src/sandbox/telegram/start-telegram-sandbox.js'
import { ChangeFeed } from '../../../src/sync/change-feed.js'
import { SyncWorker } from '../../../src/sync/sync-worker.js'
import { RULES } from '../../support/rules.js'
import { type AuthSite, LINK_KEY } from './site.js'

/** The real Telegram bot beside the site, with the worker that carries its questions. */
export async function startBot(site: AuthSite, siteUrl = site.origin) {
  const { db, newId } = site
  const sandbox = await startTelegramSandbox()
  const writer = new AwardWriter(db, { rules: () => RULES, newId })
  const trouble: unknown[] = []
  const note = (fields: object, message: string) => void trouble.push({ fields, message })
  const bot = createTelegramBot({
    db,
    writer,
    rules: () => RULES,
    now: site.now,
    newId,
    random: (n) => randomInt(n),
    log: { info: () => {}, warn: note, error: note },
    settings: {
      token: sandbox.token,
      apiRoot: sandbox.url,
      groupIds: [],
      payEverywhere: true,
      admins: [],
      siteUrl: () => siteUrl,
      fingerprintKey: 'a key of this test',
      linking: { key: LINK_KEY, admins: new Set() },
      signInKey: site.auth.linkKey,
      timeZone: RULES.timeZone,
      holder: 'test',
    },
  })
  const feed = new ChangeFeed(db)
  await feed.start()
  const worker = new SyncWorker(db, {
    deliverers: new Map([
      ['telegram', bot.deliverer],
      ['telegram_account', bot.accountDeliverer],
    ]),
    feed,
    pollSeconds: 1,
    timeZone: RULES.timeZone,
    random: Math.random,
    onError: (error) => trouble.push(error),
    onSettled: () => {},
  })
  worker.start()
  await bot.start()
  onTestFinished(async () => {
    await worker.stop()
    await bot.stop()
    await feed.stop()
    await writer.close()
    await sandbox.close()
  })
  return { sandbox, bot, trouble }
}
