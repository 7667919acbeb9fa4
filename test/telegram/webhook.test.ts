import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/db/connect.js'
import type { TelegramBot } from '../../src/platforms/telegram/create-telegram-bot.js'
import { freePort } from '../support/postgres-server.js'
import { accountOf, eventsOf, setStage, untilState } from './support.js'

const SECRET = 'a-secret-that-only-telegram-knows'

/** A bot behind a real HTTP server, as the website would serve it. */
async function webhookStage(options: Parameters<typeof setStage>[0] = {}) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/telegram`
  const stage = await setStage({
    ...options,
    start: false,
    settings: { webhook: { url, secret: SECRET } },
    sandbox: { webhookRetryMs: 20 },
  })
  const { webhook } = stage.bot as Required<TelegramBot>
  const server = createServer(getRequestListener(webhook, { overrideGlobalObjects: false }))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await stage.bot.start()
  return { ...stage, url, webhook }
}

describe('by webhook', () => {
  test('updates arrive with the secret and are confirmed when they are committed', async () => {
    const { db, sandbox, bot } = await webhookStage()
    expect(bot.status().state).toBe('up')
    const { anya, boris } = sandbox.people
    expect((await anya.ask('/start')).text).toContain('Привет, Аня')
    const said = boris.send('Сообщение в группе, которое приходит вебхуком', sandbox.chats.group)
    await sandbox.control.waitForConfirmed(said.updateId ?? 0)
    expect((await accountOf(db, boris.id))?.xp).toBe(5)
    expect(sandbox.control.requests('getUpdates')).toEqual([])
    expect(sandbox.control.requests('setWebhook')[0]?.params).toMatchObject({ secret_token: SECRET })
  })

  test('every update sent three times counts once', async () => {
    const { db, sandbox } = await webhookStage()
    const { anya } = sandbox.people
    sandbox.control.repeatUpdates({ times: 3, as: 'same_batch' })
    await anya.ask('/start')
    await sandbox.control.waitForConfirmed(anya.send('/daily').updateId ?? 0)
    expect((await accountOf(db, anya.id))?.xp).toBe(110)
    expect(await eventsOf(db, anya.id)).toHaveLength(2)
  })

  test('a wrong or missing secret is refused and changes nothing', async () => {
    const { db, sandbox, url, webhook } = await webhookStage()
    const update = {
      update_id: 77,
      message: {
        message_id: 1,
        date: 1_773_133_200,
        chat: { id: sandbox.people.anya.id, type: 'private' },
        from: sandbox.people.anya.user,
        text: '/start',
        entities: [{ type: 'bot_command', offset: 0, length: 6 }],
      },
    }
    const body = JSON.stringify(update)
    for (const secret of [undefined, '', SECRET.slice(1), `${SECRET}x`, SECRET.toUpperCase()]) {
      const headers = new Headers(secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': secret })
      expect((await fetch(url, { method: 'POST', body, headers })).status).toBe(401)
    }
    expect(await accountOf(db, sandbox.people.anya.id)).toBeUndefined()
    const headers = { 'x-telegram-bot-api-secret-token': SECRET }
    expect((await fetch(url, { headers })).status).toBe(405)
    expect((await fetch(url, { method: 'POST', body: '{"update_id":', headers })).status).toBe(400)
    const huge = new Request(url, { method: 'POST', body: 'x'.repeat(1_000_001), headers })
    expect((await webhook(huge)).status).toBe(400)
    for (const odd of ['null', '[]', '5', '{}', '{"update_id":"x"}', '{"update_id":5,"message":7}']) {
      expect((await fetch(url, { method: 'POST', body: odd, headers })).status).toBe(200)
    }
  })

  test('while the database is away Telegram is asked to send again', async () => {
    const db = await openDatabase({ url: `postgres://ttfd@127.0.0.1:${await freePort()}/nowhere` })
    onTestFinished(() => db.close())
    const { sandbox, bot } = await webhookStage({ db })
    await untilState(bot, 'up')
    const { anya, boris } = sandbox.people
    expect((await anya.ask('/start')).text).toContain('база данных недоступна')
    const said = boris.send('Сообщение, которое придёт ещё раз, когда база вернётся', sandbox.chats.group)
    await expect(sandbox.control.waitForConfirmed(said.updateId ?? 0, 500)).rejects.toThrow()
    expect(sandbox.control.pendingUpdates()).toBe(1)
    expect(sandbox.control.requests('sendMessage')).toHaveLength(1)
  })

  test('a bot that polls takes the address away first', async () => {
    const { sandbox, bot, another } = await webhookStage()
    await bot.stop()
    await another({ start: true, settings: {} })
    expect((await sandbox.people.anya.ask('/start')).text).toContain('Аня')
    expect(sandbox.control.requests('deleteWebhook')).toHaveLength(1)
  })
})
