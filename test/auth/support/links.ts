import { expect } from 'vitest'
import {
  answerSignIn,
  issueTelegramLink,
  readSignInQuestion,
} from '../../../src/core/website/telegram-sign-in.js'
import { freshDatabase } from '../../support/databases.js'
import type { TestBrowser } from './browser.js'
import { type AuthSite, startAuthSite } from './site.js'

export const OWNER = '500'
export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

const random = (n: number) => Math.floor(Math.random() * n)
export const contextOf = (site: AuthSite) => ({
  now: site.now(),
  key: site.auth.linkKey,
  newId: site.newId,
  random,
})

export async function linkFor(site: AuthSite, telegramId = OWNER): Promise<string> {
  const issued = await issueTelegramLink(site.db, telegramId, contextOf(site))
  if (issued.status !== 'issued') throw new Error(issued.status)
  return `/login/tg/${issued.token}`
}
export const numberOn = (html: string) => Number(/<strong class="figure">(\d\d)<\/strong>/.exec(html)?.[1])

/** The question that waits in the chat, as the bot gets it: by a delivery that names the request. */
export async function question(site: AuthSite, telegramId = OWNER) {
  const rows = await site.db.kysely
    .selectFrom('ttfd.deliveries as d')
    .innerJoin('cross_platform_events as e', 'e.id', 'd.event_id')
    .select(['e.data', 'd.recipient_id', 'd.destination'])
    .where('e.event_type', '=', 'sign_in_asked')
    .orderBy('e.seq', 'desc')
    .execute()
  const row = rows[0]
  if (!row) return null
  expect([row.destination, row.recipient_id]).toEqual(['telegram_account', telegramId])
  const linkId = String(row.data.request)
  const asked = await readSignInQuestion(site.db.kysely, { linkId, telegramId, now: site.now() })
  return asked && { linkId, ...asked }
}
export const answer = (site: AuthSite, linkId: string, pressed: number | 'not_me', telegramId = OWNER) =>
  answerSignIn(site.db, { linkId, telegramId, answer: pressed }, { now: site.now() })
export const enter = (browser: TestBrowser, path: string) => browser.submit('/login', `${path}/enter`)

export async function start(
  kind: 'postgres' | 'embedded' = 'postgres',
  options: Parameters<typeof startAuthSite>[1] = {},
) {
  const site = await startAuthSite(await freshDatabase(kind), options)
  const account = await site.give('telegram', OWNER, 'Владимир', 50)
  return { site, account }
}
