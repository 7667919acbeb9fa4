// @ts-check
import { dice as throwDice } from '../dice.js'
import { pause, until } from '../record.js'
import { makeTexts } from './texts.js'

const ANSWER_MS = 2_500
/** Before the storm a slow machine may take its time. */
export const CALM_MS = 30_000
/** The bot takes one command a second from one person. */
const COMMAND_MS = 1_050
const HOURS_BACK_MS = 3 * 3_600_000
const BETS = [0, 0, 10, 25, 50, 100]

/** @typedef {import('../world.js').World['people'][number]} Person */
/** @typedef {ReturnType<typeof telegramActs>} TelegramActs */

/**
 * What one person does in Telegram.
 * @param {import('../record.js').Stage} stage
 * @param {Person} person
 */
export function telegramActs({ world, deeds }, { telegram: me }) {
  const dice = throwDice(world.seed, `telegram ${me.id}`)
  const textOf = makeTexts(dice)
  const { control } = world.telegram
  const who = /** @type {const} */ ({ platform: 'telegram', id: String(me.id) })
  let date = Date.now() - HOURS_BACK_MS
  /** @type {Promise<unknown>} */
  let turn = Promise.resolve()

  const inChat = () =>
    control.messagesIn(me.id).filter((message) => message.from?.id === world.telegram.bot.id)
  /** The buttons' bytes that fit, newest message first. @param {RegExp} pattern */
  const button = (pattern) => {
    for (const message of inChat().reverse()) {
      for (const { callback_data: data } of message.reply_markup?.inline_keyboard.flat() ?? []) {
        const found = data === undefined ? null : pattern.exec(data)
        if (found) return { message, data: found[0], parts: found.slice(1) }
      }
    }
    return null
  }
  const patience = () => {
    const mine = turn
    turn = turn.then(() => pause(COMMAND_MS))
    return mine
  }
  /** Does something in the own chat and gives the answer. @param {() => { updateId: number | undefined }} act @param {number} ms */
  const ask = async (act, ms) => {
    await patience()
    const after = control.mark()
    deeds.sent(act())
    return me.nextFromBot(me.id, after, ms).catch(() => null)
  }
  /** @param {string} text */
  const command = (text) => ask(() => me.send(text), ANSWER_MS)
  /** Presses any bytes under the newest message; gives the press's id and, once it comes, the answer. @param {string} data */
  const press = async (data) => {
    const carrier = inChat().at(-1)
    if (!carrier) return null
    await patience()
    const pressed = me.pressData(carrier, data)
    deeds.sent(pressed)
    return { id: pressed.query.id, answer: (ms = ANSWER_MS) => pressed.answer(ms).catch(() => null) }
  }

  return {
    who,
    dice,
    command,
    press,
    /** @param {RegExp} pattern @param {number} [ms] */
    waitForButton: (pattern, ms = ANSWER_MS) => until(() => button(pattern), ms),
    /** @param {RegExp} pattern @param {number} [ms] */
    waitForText: (pattern, ms = ANSWER_MS) =>
      until(() => inChat().find((message) => pattern.test(message.text ?? message.caption ?? '')), ms),

    /** Writes in the group: dated a while after the message before, often within its minute. */
    say() {
      date += 1_000 * (dice.hits(0.3) ? dice.between(2, 20) : dice.between(61, 100))
      const text = textOf()
      world.telegramDate.now = date
      try {
        const act = me.send(text, world.group)
        deeds.sent(act)
        const key = `telegram:message:${world.group}:${act.message.message_id}`
        deeds.messages.set(key, { who, text, at: act.message.date })
      } finally {
        world.telegramDate.now = null
      }
    },

    /** @param {number} [ms] how long an answer is awaited */
    start(ms = ANSWER_MS) {
      deeds.starts.add(who.id)
      return ask(() => me.start(), ms)
    },

    async daily() {
      const claim = { who, promised: false }
      deeds.dailies.push(claim)
      const reply = await command('/daily')
      claim.promised = /Награда дня: \+|награда за сегодня записана|уже у тебя/.test(reply?.text ?? '')
    },

    /** Guesses a number: starts a round, picks or cancels, now and then twice, now and then not at all. */
    async play() {
      const bet = dice.of(BETS)
      const pressed = await press(`r:${bet}`)
      if (!pressed) return
      deeds.rounds.set(`telegram:press:${pressed.id}`, { who, bet })
      const wayOut = dice.next()
      const pick = dice.between(1, 10)
      await pressed.answer()
      const found = await until(() => button(/^p:([0-9a-f-]{36}):\d+$/), 400)
      const round = found?.parts[0]
      if (!round || wayOut < 0.1) return
      if (wayOut < 0.2) {
        await press(`x:${round}`)
        return
      }
      const picks = deeds.picks.get(round) ?? { who, picks: new Set() }
      deeds.picks.set(round, picks)
      picks.picks.add(pick)
      const first = await press(`p:${round}:${pick}`)
      if (wayOut > 0.85) {
        picks.picks.add((pick % 10) + 1)
        await press(`p:${round}:${(pick % 10) + 1}`)
      }
      const answer = await first?.answer()
      if (/В точку|Не в этот раз/.test(answer?.text ?? '')) deeds.shownRounds.add(round)
    },

    /** @param {string} round that is still open */
    async leaveRound(round) {
      await (await press(`x:${round}`))?.answer(CALM_MS)
    },

    async muteNotices() {
      const pressed = await press('s:notices:off')
      const answer = await pressed?.answer(CALM_MS)
      if (answer?.text !== 'Готово') throw new Error('notices could not be turned off before the storm')
    },
  }
}
