import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { delay, loseRequest, refuse } from '../../src/sandbox/misbehaviour.js'
import {
  startTelegramSandbox,
  type TelegramSandbox,
} from '../../src/sandbox/telegram/start-telegram-sandbox.js'

let sandbox: TelegramSandbox
beforeEach(async () => {
  sandbox = await startTelegramSandbox({ firstNumber: 100 })
})
afterEach(() => sandbox.close())

async function call(method: string, args: Record<string, unknown> = {}) {
  const answer = await fetch(`${sandbox.url}/bot${sandbox.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(args),
  })
  return { status: answer.status, ...((await answer.json()) as { result?: unknown; description?: string }) }
}

const ask = async (args: Record<string, unknown> = {}) => (await call('getUpdates', args)).result as Update[]
const ids = (updates: Update[]) => updates.map(({ update_id }) => update_id)

interface Update {
  update_id: number
  [kind: string]: unknown
}

describe('offsets', () => {
  test('an update comes again until a higher offset confirms it', async () => {
    const { anya } = sandbox.people
    anya.send('a')
    anya.send('b')
    anya.send('c')
    expect(ids(await ask())).toEqual([100, 101, 102])
    expect(ids(await ask({ limit: 2 }))).toEqual([100, 101])
    expect(ids(await ask({ offset: 101 }))).toEqual([101, 102])
    expect(sandbox.control.lastUpdateConfirmed()).toBe(100)
    expect(ids(await ask({ offset: 100 }))).toEqual([101, 102])
    expect(ids(await ask({ offset: -1 }))).toEqual([102])
    expect(sandbox.control.lastUpdateConfirmed()).toBe(101)
    expect(ids(await ask({ offset: 103 }))).toEqual([])
    expect(sandbox.control.pendingUpdates()).toBe(0)
  })

  test('a long poll ends with the first update, and with its time', async () => {
    const waiting = ask({ timeout: 20 })
    sandbox.people.anya.send('now')
    expect(ids(await waiting)).toEqual([100])
    const started = Date.now()
    expect(await ask({ offset: 101, timeout: 1 })).toEqual([])
    expect(Date.now() - started).toBeGreaterThanOrEqual(900)
  })

  test('a poll whose connection is gone takes no update with it', async () => {
    const gone = new AbortController()
    const url = `${sandbox.url}/bot${sandbox.token}/getUpdates?timeout=20`
    const lost = fetch(url, { signal: gone.signal })
    gone.abort()
    await expect(lost).rejects.toThrow()
    sandbox.people.anya.send('still there')
    expect(ids(await ask())).toEqual([100])
  })

  test('the second poll throws out the first with 409', async () => {
    const arrived = sandbox.control.waitForRequest(({ status }) => status === 409)
    const first = call('getUpdates', { timeout: 20 })
    const second = await Promise.race([first, untilFirst409(arrived)])
    expect(second).toBeUndefined()
    expect(await first).toMatchObject({
      status: 409,
      description:
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    })
  })

  async function untilFirst409(arrived: Promise<unknown>): Promise<undefined> {
    let over = false
    void arrived.then(() => {
      over = true
    })
    while (!over) await ask()
  }

  test('updates older than 24 hours are gone', async () => {
    let now = Date.UTC(2026, 0, 1)
    const other = await startTelegramSandbox({ now: () => now })
    other.people.anya.send('old')
    now += 24 * 3600 * 1000 + 1
    other.people.anya.send('new')
    expect(other.control.pendingUpdates()).toBe(1)
    await other.close()
  })
})

describe('what the bot gets', () => {
  test('rare kinds only on demand, membership of its own always', async () => {
    const { olga, anya } = sandbox.people
    const { group } = sandbox.chats
    expect(anya.start().updateId).toBeDefined()
    expect(anya.block()).toBeDefined()
    sandbox.control.groups.setBot(group, olga.id, 'administrator')
    anya.leave(group)
    await ask({ allowed_updates: ['chat_member'] })
    anya.join(group)
    const kinds = (await ask()).map((update) => Object.keys(update)[1])
    expect(kinds).toEqual(['message', 'my_chat_member', 'my_chat_member', 'message', 'chat_member'])
  })

  test('a name that is markup and direction marks arrives letter by letter', async () => {
    sandbox.people.zed.send('hi')
    expect(await ask()).toMatchObject([
      { message: { from: { first_name: '<b>Zed</b> & *_[x](y)', last_name: '\u202Egnp.exe' } } },
    ])
  })

  test('people forward, reply, send stickers and speak for channels, each marked as Telegram marks it', async () => {
    const { anya, boris } = sandbox.people
    const { group, channel } = sandbox.chats
    const original = boris.send('mine', group).message
    anya.forward(original, group)
    anya.send({ sticker: '🎲', replyTo: original.message_id }, group)
    sandbox.control.groups.postAnonymously(group, 'rules')
    sandbox.control.groups.postAsChannel(group, channel, 'news')
    sandbox.control.groups.postFromLinkedChannel(group, channel, 'post')
    const messages = (await ask()).map(({ message }) => message)
    expect(messages).toMatchObject([
      { text: 'mine' },
      {
        text: 'mine',
        from: { id: anya.id },
        forward_origin: { type: 'user', sender_user: { id: boris.id } },
      },
      { sticker: { emoji: '🎲' }, reply_to_message: { text: 'mine' } },
      { from: { id: 1087968824 }, sender_chat: { id: group } },
      { from: { id: 136817688 }, sender_chat: { id: channel } },
      { from: { id: 777000 }, sender_chat: { id: channel }, is_automatic_forward: true },
    ])
  })

  test('numbers do not come again when the sandbox starts anew', async () => {
    const first = await startTelegramSandbox({ now: () => Date.UTC(2026, 5, 1) })
    const second = await startTelegramSandbox({ now: () => Date.UTC(2026, 5, 1, 0, 1) })
    const before = first.people.anya.send('x')
    const after = second.people.anya.send('x')
    expect(after.message.message_id - before.message.message_id).toBe(600)
    expect((after.updateId ?? 0) - (before.updateId ?? 0)).toBe(600)
    await Promise.all([first.close(), second.close()])
  })
})

describe('misbehaviour', () => {
  test('any JSON can be injected as an update', async () => {
    sandbox.control.injectUpdate({ message: { text: 5 } })
    sandbox.control.injectUpdate({ update_id: 'x' })
    sandbox.control.injectUpdate(null)
    expect(await ask()).toEqual([{ update_id: 100, message: { text: 5 } }, { update_id: 'x' }, null])
    expect(await ask({ offset: 103 })).toEqual([])
  })

  test('a confirmed update can be delivered again', async () => {
    const id = sandbox.people.anya.send('a').updateId ?? 0
    await ask({ offset: id + 1 })
    expect(sandbox.control.redeliver(id)).toBe(true)
    expect(ids(await ask({ offset: id + 1 }))).toEqual([id])
    expect(await ask({ offset: id + 1 })).toEqual([])
  })

  test('rules count, skip, choose methods and roll seeded dice', async () => {
    const { control } = sandbox
    control.misbehave({ on: 'getMe', skip: 1, times: 2, fault: refuse(500, 'Internal Server Error') })
    const codes = []
    for (let index = 0; index < 4; index += 1) codes.push((await call('getMe')).status)
    expect(codes).toEqual([200, 500, 500, 200])
    const run = async () => {
      const rule = control.misbehave({ on: /^get/, probability: 0.5, seed: 7, fault: refuse(500, 'x') })
      const rolls = []
      for (let index = 0; index < 12; index += 1) rolls.push((await call('getMe')).status)
      rule.stop()
      return { rolls, hits: rule.hits }
    }
    const once = await run()
    expect(await run()).toEqual(once)
    expect(once.hits).toBe(once.rolls.filter((code) => code === 500).length)
    expect([once.hits > 0, once.hits < 12]).toEqual([true, true])
  })

  test('faults add up: a slow call that is lost has no effect', async () => {
    const { anya } = sandbox.people
    anya.start()
    sandbox.control.misbehave({ on: 'sendMessage', times: 1, fault: delay(30) })
    sandbox.control.misbehave({ on: 'sendMessage', times: 1, fault: loseRequest() })
    const started = Date.now()
    await expect(call('sendMessage', { chat_id: anya.id, text: 'x' })).rejects.toThrow()
    expect(Date.now() - started).toBeGreaterThanOrEqual(29)
    expect(sandbox.control.messagesIn(anya.id).map(({ text }) => text)).toEqual(['/start'])
    expect(sandbox.control.requests('sendMessage')).toMatchObject([{ status: 0, params: { text: 'x' } }])
  })
})
