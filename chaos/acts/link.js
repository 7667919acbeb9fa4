// @ts-check
import { until } from '../record.js'

const CODE = /[0-9A-Z]{4}-[0-9A-Z]{4}/
const QUESTION_MS = 8_000
const DONE = /теперь один аккаунт/

/**
 * Somebody with a Telegram and a Discord says on both sides that he is one; now and then he takes it back. Whatever
 * breaks on the way ends it.
 * @param {import('../record.js').Stage} stage
 * @param {import('./telegram.js').TelegramActs} telegram
 * @param {import('./discord.js').DiscordActs} discord
 * @param {import('../dice.js').Dice} dice
 */
export async function linkByCode({ deeds }, telegram, discord, dice) {
  /** @type {import('../record.js').Link} */
  const link = {
    telegram: telegram.who.id,
    discord: discord.who.id,
    request: null,
    typist: false,
    owner: false,
    promised: false,
    undo: 'no',
  }
  deeds.links.push(link)
  const said = dice.hits(0.5)
    ? await typedInTelegram(link, telegram, discord)
    : await typedInDiscord(link, telegram, discord)
  link.promised = DONE.test(said)
  if (link.promised && dice.hits(0.4)) await takeBack(link, telegram)
}

/**
 * @param {import('../record.js').Link} link
 * @param {import('./telegram.js').TelegramActs} telegram
 * @param {import('./discord.js').DiscordActs} discord
 */
async function typedInTelegram(link, telegram, discord) {
  const shown = await discord.replyTo(discord.command('getcode'))
  const code = CODE.exec(shown?.content ?? '')?.[0]
  if (!code) return ''
  await telegram.command(code)
  const question = await telegram.waitForButton(/^l:yes:([0-9a-f-]{36})$/)
  if (!question) return ''
  link.request = question.parts[0] ?? null
  link.typist = true
  await (await telegram.press(question.data))?.answer()
  const asked = await discord.waitForButton(new RegExp(`link:\\d+:yes:${link.request}`), QUESTION_MS)
  if (!asked) return ''
  link.owner = true
  return (await discord.press(asked))?.content ?? ''
}

/**
 * @param {import('../record.js').Link} link
 * @param {import('./telegram.js').TelegramActs} telegram
 * @param {import('./discord.js').DiscordActs} discord
 */
async function typedInDiscord(link, telegram, discord) {
  await telegram.command('/link')
  const shown = await telegram.waitForText(CODE)
  const code = CODE.exec(shown?.text ?? '')?.[0]
  if (!code) return ''
  const question = await discord.replyTo(discord.command('link', { code }))
  const id = /link:\d+:yes:([0-9a-f-]{36})/.exec(JSON.stringify(question?.components ?? []))
  if (!question || !id) return ''
  link.request = id[1] ?? null
  link.typist = true
  await discord.press({ message: question, id: id[0], parts: [] })
  const asked = await telegram.waitForButton(new RegExp(`^l:yes:${link.request}$`), QUESTION_MS)
  if (!asked) return ''
  link.owner = true
  await (await telegram.press(asked.data))?.answer()
  return (await telegram.waitForText(DONE))?.text ?? ''
}

/**
 * One press on the notice of a merge, and a yes.
 * @param {import('../record.js').Link} link
 * @param {import('./telegram.js').TelegramActs} telegram
 */
async function takeBack(link, telegram) {
  const notice = await telegram.waitForButton(/^m:ask:(\d+)$/, QUESTION_MS)
  if (!notice) return
  link.undo = 'maybe'
  await (await telegram.press(`m:yes:${notice.parts[0]}`))?.answer()
  const undone = await until(
    () => telegram.waitForText(/объединение отменено|Объединение отменено/, 50),
    3_000,
  )
  if (undone) link.undo = 'promised'
}
