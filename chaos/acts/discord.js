// @ts-check
import { dice as throwDice } from '../dice.js'
import { until } from '../record.js'
import { makeTexts } from './texts.js'

const ANSWER_MS = 4_000
const DISCORD_EPOCH_MS = 1_420_070_400_000
const GAMES = ['dice', 'coinflip', 'work']

/** @typedef {ReturnType<typeof discordActs>} DiscordActs */

/**
 * What one person does in Discord. What Discord itself would not let him do (no commands are there yet) is not done.
 * @param {import('../record.js').Stage} stage
 * @param {import('../world.js').World['people'][number]} person
 */
export function discordActs({ world, deeds }, { discord: me }) {
  const dice = throwDice(world.seed, `discord ${me.user.key}`)
  const textOf = makeTexts(dice)
  const who = /** @type {const} */ ({ platform: 'discord', id: me.id })
  let inVoice = false

  /** @param {string} name @param {Record<string, string>} [options] */
  const command = (name, options = {}) => {
    try {
      deeds.acts += 1
      return me.slash('bots', name, options)
    } catch {
      return null
    }
  }
  /** @param {ReturnType<typeof command>} handle */
  const replyTo = async (handle) => (await handle?.reply(ANSWER_MS).catch(() => null)) ?? null
  /** The newest message to me with a button that fits. @param {RegExp} pattern */
  const button = (pattern) => {
    const mine = [...world.discord.world.allMessages()]
      .filter((message) => message.authorId === world.discord.clientId)
      .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1))
    for (const message of mine) {
      const found = pattern.exec(JSON.stringify(message.components ?? []))
      if (found) return { message, id: found[0], parts: found.slice(1) }
    }
    return null
  }

  return {
    who,
    dice,
    command,
    replyTo,
    /** @param {RegExp} pattern @param {number} [ms] */
    waitForButton: (pattern, ms = ANSWER_MS) => until(() => button(pattern), ms, 60),
    /** Presses a button and gives the message as it is then. @param {NonNullable<ReturnType<typeof button>>} found */
    async press({ message, id }) {
      try {
        deeds.acts += 1
        return await replyTo(me.press(message, id))
      } catch {
        return null
      }
    },

    say() {
      const text = textOf()
      const { id } = me.say('general', text)
      deeds.acts += 1
      const at = Math.floor((Number(BigInt(id) >> 22n) + DISCORD_EPOCH_MS) / 1000)
      deeds.messages.set(`discord:message:${id}`, { who, text, at })
    },

    async daily() {
      const claim = { who, promised: false }
      const asked = command('daily')
      if (!asked) return
      deeds.dailies.push(claim)
      const reply = await replyTo(asked)
      claim.promised = /Награда дня: |награда за сегодня записана|уже у тебя/.test(reply?.content ?? '')
    },

    async hourly() {
      const game = dice.of(GAMES)
      const side = game === 'coinflip' ? dice.of(['heads', 'tails']) : null
      const asked = command(game, side === null ? {} : { side })
      if (!asked) return
      const deed = { who, game, side, promised: false }
      deeds.hourly.set(`discord:interaction:${asked.interaction.id}`, deed)
      const reply = await replyTo(asked)
      deed.promised = /\+\d/.test(reply?.content ?? '')
    },

    voice() {
      inVoice = !inVoice
      deeds.voices.add(me.id)
      if (inVoice) me.joinVoice('lounge')
      else me.leaveVoice()
    },

    leaveVoice() {
      if (inVoice) me.leaveVoice()
      inVoice = false
    },
  }
}
