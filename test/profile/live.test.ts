import { EventEmitter, once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { restrict } from '../../src/core/restrictions/restrict.js'
import { endOtherSessions, endSession, readVisitor } from '../../src/core/website/sessions.js'
import { OwnStreams } from '../../src/platforms/web/live/own-streams.js'
import type { TestBrowser } from '../auth/support/browser.js'
import { RULES } from '../support/rules.js'
import { message, type Stage, startStage } from './support.js'

const open: IncomingMessage[] = []
afterEach(() => {
  for (const stream of open.splice(0)) stream.destroy()
})

/** A live connection as the browser of a page makes it. */
async function listen(browser: TestBrowser, path = '/live/profile') {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const request = get(browser.origin + path, { headers: { cookie, 'accept-language': 'ru' }, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  open.push(response)
  let said = ''
  let ended = false
  let wake = () => {}
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    said += chunk
    wake()
  })
  const over = () => {
    ended = true
    wake()
  }
  response.on('end', over)
  response.on('close', over)
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise<void>((resolve) => (wake = resolve))
  }
  return {
    status: response.statusCode,
    headers: response.headers,
    get said() {
      return said
    },
    get events() {
      return [...said.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)
    },
    saying: (words: string) => until(() => said.includes(words)),
    ending: () => until(() => ended),
    get ended() {
      return ended
    },
  }
}

const liveUrl = (html: string) => /sse-connect="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''

async function sessionOf(stage: Stage, browser: TestBrowser) {
  const id =
    (await stage.at.sessions()).find(({ token }) => browser.session?.startsWith(`${token}.`))?.id ?? ''
  const visitor = await readVisitor(stage.db.kysely, id, stage.clock.now)
  if (!visitor) throw new Error('nobody is signed in')
  return visitor
}

describe('the stream of the own page', () => {
  test('is closed to strangers', async () => {
    const stage = await startStage()
    expect((await listen(stage.at.browser())).status).toBe(401)
    const forged = stage.at.browser()
    forged.cookies.set('ttfd.session_token', 'a.b')
    expect((await listen(forged)).status).toBe(401)
  })

  test('is closed to whom the page is closed, and ends when that happens', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    const own = await listen(mira.browser)
    await own.saying('event: newest')
    const order = { accountId: mira.accountId, kind: 'banned', reason: 'спам', givenBy: 'cli:test' } as const
    const context = { now: stage.clock.now, rules: RULES, newId: stage.at.newId, admins: new Set<string>() }
    await stage.db.transaction((tx) => restrict(tx, order, context))
    await own.ending()
    expect((await listen(mira.browser)).status).toBe(401)
  })

  test('brings the member’s own XP, a hidden member’s too, and nobody else’s', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    const oleg = await stage.member('oleg')
    await stage.db.kysely
      .insertInto('ttfd.account_settings')
      .values({ account_id: mira.accountId, private: true, notice_place: null })
      .execute()
    const own = await listen(mira.browser)
    const his = await listen(oleg.browser)
    expect([own.status, own.headers['content-type'], own.headers['cache-control']]).toEqual([
      200,
      'text/event-stream',
      'no-store',
    ])
    await own.saying('event: newest')
    await his.saying('event: newest')
    const heard = his.said.length
    await mira.act(message(64))
    await own.saying('Сообщение, 64 знака')
    await oleg.act(message(99))
    await his.saying('Сообщение, 99 знаков')
    expect(own.said).not.toContain('99 знаков')
    expect(his.said.slice(heard)).not.toContain('64 знака')
  })

  test('sends at first only what the page does not show already, later only what changed', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    const { text: html } = await mira.browser.get('/profile')
    const own = await listen(mira.browser, liveUrl(html))
    await mira.act(message(64))
    await own.saying('Сообщение, 64 знака')
    await own.saying('event: summary')
    expect(own.events).not.toContain('platforms')
    expect(own.events).not.toContain('daily')

    stage.clock.now = new Date(stage.clock.now.getTime() + 61_000)
    const late = await listen(mira.browser, liveUrl(html))
    await late.saying('event: newest')
    expect(late.events).toEqual([
      'summary',
      'daily',
      'platforms',
      'stats',
      'chart',
      'origins',
      'heat',
      'newest',
    ])
  })

  test('a message moves the year’s picture only when the day rises a level', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    await mira.act(message(64))
    const own = await listen(mira.browser)
    await own.saying('event: newest')
    expect(own.events.filter((name) => name === 'heat')).toHaveLength(1)
    stage.clock.now = new Date(stage.clock.now.getTime() + 61_000)
    await mira.act(message(65))
    await own.saying('Сообщение, 65 знаков')
    await own.saying('>20</span>')
    expect(own.events.filter((name) => name === 'heat')).toHaveLength(1)
  })

  test('ends with its session, before it could say anything more', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    const phone = stage.at.browser()
    await stage.at.signIn(phone, 'mira')
    const here = await listen(mira.browser)
    const there = await listen(phone)
    await here.saying('event: newest')
    await there.saying('event: newest')
    await endOtherSessions(stage.db, await sessionOf(stage, mira.browser))
    await mira.act(message(64))
    await there.ending()
    await here.saying('Сообщение, 64 знака')
    expect(there.said).not.toContain('64 знака')
    expect(here.ended).toBe(false)
    await stage.db.kysely.updateTable('ttfd.website_sessions').set({ expires_at: stage.clock.now }).execute()
    await mira.act(message(65))
    await here.ending()
    expect(here.said).not.toContain('65 знаков')
    expect((await listen(mira.browser)).status).toBe(401)
  })
})

describe('open pages', () => {
  const make = (living: Set<string>, day: { today: string }) => {
    const touched: string[] = []
    const streams = new OwnStreams({
      hub: { touch: (key) => touched.push(key) },
      living: async () => living,
      today: () => day.today,
      onError: (error) => {
        throw error
      },
      everyMs: 3_600_000,
    })
    /** A response of which only its closing matters. */
    const page = () => new EventEmitter()
    return { streams, touched, page }
  }
  type Response = Parameters<OwnStreams['add']>[1]

  test('of an ended session are drawn once more, which ends them; the others are left alone', async () => {
    const { streams, touched, page } = make(new Set(['a']), { today: '2026-03-10' })
    for (const id of ['a', 'b']) streams.add(id, page() as unknown as Response)
    await streams.look()
    expect(touched).toEqual(['own/b'])
    streams.close()
  })

  test('are all drawn anew when the community’s day changes', async () => {
    const day = { today: '2026-03-10' }
    const { streams, touched, page } = make(new Set(['a', 'b']), day)
    for (const id of ['a', 'b']) streams.add(id, page() as unknown as Response)
    await streams.look()
    expect(touched).toEqual([])
    day.today = '2026-03-11'
    await streams.look()
    expect(touched).toEqual(['own/a', 'own/b'])
    streams.close()
  })

  test('that closed are forgotten, and a second page of one session is not', async () => {
    const { streams, touched, page } = make(new Set(), { today: '2026-03-10' })
    const [first, second] = [page(), page()]
    streams.add('a', first as unknown as Response)
    streams.add('a', second as unknown as Response)
    first.emit('close')
    await streams.look()
    expect(touched).toEqual(['own/a'])
    second.emit('close')
    await streams.look()
    expect(touched).toEqual(['own/a'])
    streams.close()
  })

  test('of a session ended elsewhere are closed though nothing happened', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    const own = await listen(mira.browser)
    await own.saying('event: newest')
    const visitor = await sessionOf(stage, mira.browser)
    await endSession(stage.db, visitor, visitor.sessionId)
    // What a change of the account says to every process; the look of every 20 s says the same.
    await stage.db.kysely
      .selectNoFrom(({ fn, val }) =>
        fn('pg_notify', [val('ttfd_changed'), val(String(mira.accountId))]).as('told'),
      )
      .execute()
    await own.ending()
  })
})
