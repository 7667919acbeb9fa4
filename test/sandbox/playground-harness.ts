import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Bot, InlineKeyboard } from 'grammy'
import { Hono } from 'hono'
import { createPlayground, type PlaygroundOptions } from '../../src/sandbox/playground/create-playground.js'
import { startTelegramSandbox } from '../../src/sandbox/telegram/start-telegram-sandbox.js'

const TYPES: Record<string, string> = {
  css: 'text/css',
  js: 'text/javascript',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}

/** A playground as the site serves it: static files, a page to frame, and a sandbox behind it. */
export async function startPlayground(options: Partial<PlaygroundOptions> = {}) {
  const telegram = await startTelegramSandbox()
  let port = 0
  const playground = createPlayground({ telegram, port: () => port, ...options })
  const site = new Hono()
  site.get('/assets/:file{.+}', (c) => {
    const file = c.req.param('file')
    const path = new URL(`../../public/${file}`, import.meta.url)
    const type = TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
    return c.body(new Uint8Array(readFileSync(path)), 200, { 'content-type': type })
  })
  site.all('/sandbox', (c) => playground.fetch(c.req.raw))
  site.all('/sandbox/*', (c) => playground.fetch(c.req.raw))
  site.get('*', (c) =>
    c.html(`<!doctype html><title>site</title><h1>${c.req.path}</h1><a href="/leaderboard">next</a>`),
  )
  // The process keeps its own Response: the site's live pages, loaded later by another file, make theirs of it.
  const server = createAdaptorServer({ fetch: site.fetch, overrideGlobalObjects: false })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  return {
    telegram,
    origin: `http://127.0.0.1:${port}`,
    playground,
    close: async () => {
      await telegram.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      })
    },
  }
}

/** A bot that uses what the pane must show: menus in two languages, formatting, keyboards, toasts, alerts. */
export async function startDemoBot(telegram: { url: string; token: string }): Promise<Bot> {
  const bot = new Bot(telegram.token, { client: { apiRoot: telegram.url } })
  const keyboard = new InlineKeyboard()
    .text('Три', 'pick:3')
    .text('Семь', 'pick:7')
    .row()
    .text('Подсказка', 'hint')
    .url('Мой профиль', 'http://127.0.0.1/u/1')
  bot.command('start', (ctx) =>
    ctx.reply('Привет, <b>друг</b>! Вот тебе <tg-spoiler>10 XP</tg-spoiler>. Дальше — /play', {
      parse_mode: 'HTML',
    }),
  )
  bot.command('play', (ctx) => ctx.reply('Я загадал число. Какое?', { reply_markup: keyboard }))
  bot.callbackQuery(/^pick:(\d)$/, async (ctx) => {
    await ctx.answerCallbackQuery({ text: ctx.match[1] === '7' ? 'Верно!' : 'Мимо' })
    await ctx.editMessageText(`Ты выбрал <b>${ctx.match[1]}</b>`, { parse_mode: 'HTML' })
  })
  bot.callbackQuery('hint', (ctx) => ctx.answerCallbackQuery({ text: 'Больше пяти', show_alert: true }))
  await bot.api.setMyCommands([{ command: 'play', description: 'Play a game' }])
  await bot.api.setMyCommands([{ command: 'play', description: 'Сыграть в игру' }], { language_code: 'ru' })
  await new Promise<void>((resolve, reject) => {
    bot.start({ onStart: () => resolve() }).catch(reject)
  })
  return bot
}
