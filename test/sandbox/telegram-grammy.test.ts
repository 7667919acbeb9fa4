import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Bot, GrammyError, HttpError, InlineKeyboard, InputFile, webhookCallback } from 'grammy'
import { afterEach, describe, expect, test } from 'vitest'
import { gradientPng } from '../../src/sandbox/images.js'
import { garbage, loseAnswer, refuse, tooMany } from '../../src/sandbox/misbehaviour.js'
import { TELEGRAM_LIMITS } from '../../src/sandbox/telegram/rate-limits.js'
import { startTelegramSandbox } from '../../src/sandbox/telegram/start-telegram-sandbox.js'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function sandboxWithBot(prepare: (bot: Bot) => void, options = {}) {
  const sandbox = await startTelegramSandbox(options)
  const bot = new Bot(sandbox.token, { client: { apiRoot: sandbox.url } })
  cleanups.push(() => sandbox.close())
  prepare(bot)
  return { sandbox, bot, ...sandbox.people, control: sandbox.control }
}

function poll(bot: Bot): Promise<unknown> {
  cleanups.push(() => bot.stop())
  return new Promise((resolve, reject) => {
    bot.start({ onStart: resolve }).catch(reject)
  })
}

describe('long polling', () => {
  test('a pressed Start reaches the command handler, payload included, and the answer arrives', async () => {
    const { bot, anya } = await sandboxWithBot((bot) => {
      bot.command('start', (ctx) => ctx.reply(`Hello, ${ctx.from?.first_name}! [${ctx.match}]`))
    })
    await poll(bot)
    anya.start('link_abc')
    const answer = await anya.nextFromBot(anya.id, 0)
    expect(answer).toMatchObject({ text: 'Hello, Аня! [link_abc]', chat: { id: anya.id, type: 'private' } })
  })

  test('a button press carries its message and data; edit and toast come back', async () => {
    const { bot, mia, control } = await sandboxWithBot((bot) => {
      const keyboard = new InlineKeyboard().text('One', 'pick:1').text('Two', 'pick:2')
      bot.command('pick', (ctx) => ctx.reply('Pick a number', { reply_markup: keyboard }))
      bot.callbackQuery(/^pick:(\d)$/, async (ctx) => {
        await ctx.editMessageText(`You took ${ctx.match[1]}`)
        await ctx.answerCallbackQuery({ text: 'Good choice', show_alert: true })
      })
    })
    await poll(bot)
    const question = await mia.ask('/pick')
    const press = mia.press(question, 'Two')
    expect(await press.answer()).toEqual({ text: 'Good choice', alert: true, url: undefined })
    const now = control.messagesIn(mia.id).find((message) => message.message_id === question.message_id)
    expect(now).toMatchObject({ text: 'You took 2' })
    expect(now?.reply_markup).toBeUndefined()
  })

  test('a photo is uploaded, shown with its size and caption, and can be fetched and changed again', async () => {
    const { bot, sandbox, anya } = await sandboxWithBot(() => undefined)
    anya.start()
    const png = gradientPng(40, 0xff0000, 0x0000ff)
    const sent = await bot.api.sendPhoto(anya.id, new InputFile(png, 'card.png'), {
      caption: '<b>Rank</b>',
      parse_mode: 'HTML',
      reply_markup: new InlineKeyboard().text('Again', 'card'),
    })
    expect(sent).toMatchObject({
      caption: 'Rank',
      caption_entities: [{ type: 'bold', offset: 0, length: 4 }],
      photo: [{ width: 40, height: 40, file_size: png.length }],
    })
    const file = await bot.api.getFile(sent.photo[0]?.file_id ?? '')
    const fetched = await fetch(`${sandbox.url}/file/bot${sandbox.token}/${file.file_path}`)
    expect(new Uint8Array(await fetched.arrayBuffer())).toEqual(png)
    const media = new InputFile(gradientPng(50, 0, 0xffffff))
    const edited = await bot.api.editMessageMedia(anya.id, sent.message_id, { type: 'photo', media })
    expect(edited).toMatchObject({ photo: [{ width: 50 }] })
    await expect(bot.api.sendPhoto(anya.id, new InputFile(Buffer.from('no picture')))).rejects.toThrow(
      'IMAGE_PROCESS_FAILED',
    )
  })

  test('an idle bot waits in one long poll and stops at once', async () => {
    const { bot, control } = await sandboxWithBot(() => undefined)
    const mark = control.mark()
    await poll(bot)
    await bot.stop()
    await control.waitForRequest(({ params }) => params.limit === '1', { after: mark })
    expect(control.requests('getUpdates').length).toBeLessThanOrEqual(4)
  })

  test('a second poller throws out the first, whose start() rejects with 409', async () => {
    const { bot, sandbox, control } = await sandboxWithBot(() => undefined)
    const first = bot.start()
    await control.waitForRequest(({ method }) => method === 'deleteWebhook')
    await expect(Promise.all([first, untilConflict(sandbox)])).rejects.toMatchObject({
      error_code: 409,
      description: expect.stringContaining('terminated by other getUpdates request'),
    })
  })

  test('a wrong token is refused with 401', async () => {
    const { sandbox } = await sandboxWithBot(() => undefined)
    const stranger = new Bot('1:wrong', { client: { apiRoot: sandbox.url } })
    await expect(stranger.start()).rejects.toMatchObject({ error_code: 401, description: 'Unauthorized' })
  })

  test('a group command for another bot is not ours, one for us is, and privacy mode hides the rest', async () => {
    const heard: string[] = []
    const { bot, sandbox, anya, control } = await sandboxWithBot(
      (bot) => {
        bot.command('top', (ctx) => {
          heard.push(ctx.message?.text ?? '')
        })
        bot.on('message:text', (ctx) => {
          heard.push(`other: ${ctx.message.text}`)
        })
      },
      { privacyMode: true },
    )
    await poll(bot)
    const { group } = sandbox.chats
    expect(bot.botInfo.can_read_all_group_messages).toBe(false)
    expect(anya.send('just talking', group).updateId).toBeUndefined()
    expect(anya.send('/top@some_other_bot', group).updateId).toBeUndefined()
    const last = anya.send('/top@ttfd_sandbox_bot', group).updateId ?? 0
    await control.waitForConfirmed(last)
    expect(heard).toEqual(['/top@ttfd_sandbox_bot'])
    control.setPrivacyMode(false)
    await control.waitForConfirmed(anya.send('/top@some_other_bot', group).updateId ?? 0)
    expect(heard).toEqual(['/top@ttfd_sandbox_bot', 'other: /top@some_other_bot'])
  })

  test.each(['same_batch', 'new_batches'] as const)(
    'every update can be delivered three times (%s)',
    async (as) => {
      const seen: number[] = []
      const { bot, anya, control } = await sandboxWithBot((bot) => {
        bot.on('message', (ctx) => {
          seen.push(ctx.update.update_id)
        })
      })
      control.repeatUpdates({ times: 3, as })
      await poll(bot)
      const first = anya.send('once').updateId ?? 0
      await control.waitForConfirmed(first)
      control.behave()
      const second = anya.send('end').updateId ?? 0
      await control.waitForConfirmed(second)
      expect(seen).toEqual([first, first, first, second])
    },
  )
})

async function untilConflict(sandbox: { url: string; token: string }): Promise<never> {
  for (;;) await fetch(`${sandbox.url}/bot${sandbox.token}/getUpdates`)
}

describe('refusals as grammY sees them', () => {
  test('403 before Start and after a block, 400 for a chat that does not exist', async () => {
    const { bot, anya } = await sandboxWithBot(() => undefined)
    const send = (id: number) => bot.api.sendMessage(id, 'hi')
    await expect(send(anya.id)).rejects.toMatchObject({
      error_code: 403,
      description: "Forbidden: bot can't initiate conversation with a user",
    })
    anya.start()
    await expect(send(anya.id)).resolves.toMatchObject({ text: 'hi' })
    anya.block()
    await expect(send(anya.id)).rejects.toMatchObject({
      error_code: 403,
      description: 'Forbidden: bot was blocked by the user',
    })
    await expect(send(424242)).rejects.toMatchObject({
      error_code: 400,
      description: 'Bad Request: chat not found',
    })
  })

  test('a kicked bot gets 403, and a group that became a supergroup names its new id', async () => {
    const { bot, sandbox, control, olga } = await sandboxWithBot(() => undefined)
    const { group, supergroup } = sandbox.chats
    control.groups.setBot(supergroup, olga.id, 'kicked')
    await expect(bot.api.sendMessage(supergroup, 'x')).rejects.toMatchObject({
      error_code: 403,
      description: 'Forbidden: bot was kicked from the supergroup chat',
    })
    const { chat, left, arrived } = control.groups.migrate(group)
    expect([left.updateId, arrived.updateId]).toEqual([expect.any(Number), expect.any(Number)])
    await expect(bot.api.sendMessage(group, 'x')).rejects.toMatchObject({
      error_code: 400,
      parameters: { migrate_to_chat_id: chat.id },
    })
    await expect(bot.api.sendMessage(chat.id, 'x')).resolves.toMatchObject({ chat: { type: 'supergroup' } })
  })

  test('429 by order and 429 by the real limits carry retry_after', async () => {
    const limits = { ...TELEGRAM_LIMITS, perGroupPerMinute: 3 }
    let clock = 1_800_000_000_000
    const { bot, sandbox, anya, control } = await sandboxWithBot(() => undefined, {
      rateLimits: limits,
      now: () => clock,
    })
    anya.start()
    const rule = control.misbehave({ on: 'sendMessage', times: 1, fault: tooMany(7) })
    await expect(bot.api.sendMessage(anya.id, 'a')).rejects.toMatchObject({ parameters: { retry_after: 7 } })
    expect(rule.hits).toBe(1)
    await bot.api.sendMessage(anya.id, 'b')
    await expect(bot.api.sendMessage(anya.id, 'c')).rejects.toMatchObject({
      error_code: 429,
      parameters: { retry_after: 1 },
    })
    for (let sent = 0; sent < 3; sent += 1) {
      clock += 1_000
      await bot.api.sendMessage(sandbox.chats.group, `${sent}`)
    }
    clock += 1_000
    await expect(bot.api.sendMessage(sandbox.chats.group, 'd')).rejects.toMatchObject({
      parameters: { retry_after: 57 },
    })
  })

  test('a lost answer is an HttpError although the message was sent; a 500 is a GrammyError, a gateway’s page is none', async () => {
    const { bot, anya, control } = await sandboxWithBot(() => undefined)
    anya.start()
    control.misbehave({ on: 'sendMessage', times: 1, fault: loseAnswer() })
    await expect(bot.api.sendMessage(anya.id, 'sent all the same')).rejects.toBeInstanceOf(HttpError)
    expect(control.messagesIn(anya.id).at(-1)?.text).toBe('sent all the same')
    control.misbehave({ on: 'sendMessage', times: 1, fault: refuse(500, 'Internal Server Error') })
    await expect(bot.api.sendMessage(anya.id, 'not sent')).rejects.toBeInstanceOf(GrammyError)
    control.misbehave({ on: 'sendMessage', times: 1, fault: garbage() })
    await expect(bot.api.sendMessage(anya.id, 'not sent')).rejects.toBeInstanceOf(HttpError)
    expect(control.messagesIn(anya.id).at(-1)?.text).toBe('sent all the same')
  })
})

describe('webhook', () => {
  test('updates come in order with the secret, again and again until they are taken', async () => {
    const { bot, sandbox, anya, control } = await sandboxWithBot(() => undefined, { webhookRetryMs: 5 })
    const tries: string[] = []
    bot.on('message:text', (ctx) => {
      tries.push(ctx.message.text)
      if (tries.length < 3) throw new Error('the database is away')
      return ctx.reply(`taken: ${ctx.message.text}`)
    })
    await bot.init()
    const handle = webhookCallback(bot, 'http', { secretToken: 'hush_1' })
    let refused = () => {}
    const firstRefusal = new Promise<void>((resolve) => {
      refused = resolve
    })
    const server = createServer((request, response) => {
      response.on('finish', () => response.statusCode === 401 && refused())
      handle(request, response).catch(() => response.writeHead(500).end())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
    await bot.api.setWebhook(url, { secret_token: 'wrong_secret' })
    const first = anya.send('first').updateId ?? 0
    await firstRefusal
    await bot.api.setWebhook(url, { secret_token: 'hush_1' })
    const second = anya.send('second').updateId ?? 0
    await control.waitForConfirmed(second)
    expect(tries).toEqual(['first', 'first', 'first', 'second'])
    expect(control.lastUpdateConfirmed()).toBe(second)
    expect(first).toBe(second - 1)
    await expect(bot.api.getUpdates()).rejects.toMatchObject({ error_code: 409 })
    expect(await bot.api.getWebhookInfo()).toMatchObject({ url, pending_update_count: 0 })
    await bot.api.deleteWebhook()
    await expect(bot.api.getUpdates()).resolves.toEqual([])
    await expect(bot.api.setWebhook('https://example.com/')).rejects.toThrow('loopback')
    expect(sandbox.control.pendingUpdates()).toBe(0)
  })
})

test('menus go by scope and language; chats, members and pictures can be asked for', async () => {
  const { bot, sandbox, control, anya, mia, boris } = await sandboxWithBot(() => undefined)
  const menu = (description: string) => [{ command: 'start', description }]
  await bot.api.setMyCommands(menu('Begin'))
  await bot.api.setMyCommands(menu('Начать'), { language_code: 'ru' })
  await bot.api.setMyCommands(menu('Group'), { scope: { type: 'all_group_chats' } })
  expect(control.commandsFor(anya.id, anya.id)).toEqual(menu('Начать'))
  expect(control.commandsFor(mia.id, mia.id)).toEqual(menu('Begin'))
  expect(control.commandsFor(sandbox.chats.group, anya.id)).toEqual(menu('Group'))
  await bot.api.deleteMyCommands({ language_code: 'ru' })
  expect(await bot.api.getMyCommands({ language_code: 'ru' })).toEqual([])
  const { group } = sandbox.chats
  expect(await bot.api.getChatMember(group, mia.id)).toMatchObject({ status: 'administrator' })
  expect(await bot.api.getChatMemberCount(group)).toBe(6)
  expect((await bot.api.getChatAdministrators(group)).map(({ user }) => user.first_name)).toEqual([
    'Mia 🦊',
    'Ольга',
  ])
  expect(await bot.api.getUserProfilePhotos(anya.id)).toMatchObject({ total_count: 1 })
  expect(await bot.api.getUserProfilePhotos(boris.id)).toMatchObject({ total_count: 0 })
  await bot.api.leaveChat(group)
  await expect(bot.api.getChat(group)).rejects.toMatchObject({ error_code: 403 })
})
