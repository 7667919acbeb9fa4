// @ts-check
import { dice as throwDice } from '../dice.js'
import { pause } from '../record.js'
import { MUTED, PAIRS } from '../world.js'
import { awardOnce, awardUntilOver } from './api.js'
import { discordActs } from './discord.js'
import { linkByCode } from './link.js'
import { CALM_MS, telegramActs } from './telegram.js'
import { claimOnSite } from './web.js'

const RISE_XP = 600
const RISE_MS = 900

/**
 * Everybody of a run.
 * @param {import('../record.js').Stage} stage
 * @param {readonly import('./api.js').ApiKey[]} keys
 */
export function makeCrowd(stage, keys) {
  const { world, storm } = stage
  const telegram = world.people.map((person) => telegramActs(stage, person))
  const discord = world.people.map((person) => discordActs(stage, person))
  const direct = throwDice(world.seed, 'crowd')

  return {
    /** Before anything breaks: all press Start, some turn notices off. */
    async arrive() {
      await Promise.all(
        telegram.map(async (person, n) => {
          const hello = await person.start(CALM_MS)
          if (!hello) throw new Error(`${person.who.id} was not greeted`)
          if (MUTED.includes(n)) await person.muteNotices()
        }),
      )
    },

    /** Still in peace: everybody reaches a rank at once, and is told of it by calls that take their time. */
    async riseTogether() {
      const slow = world.telegram.control.misbehave({ on: 'sendMessage', fault: { kind: 'delay', ms: 400 } })
      const key = keys.find(({ capped }) => !capped)
      if (key) await Promise.all(telegram.map(({ who }) => awardOnce(stage, key, who, RISE_XP)))
      await pause(RISE_MS)
      slow.stop()
    },

    /** Acts until the storm is over; resolves when everybody has come to an end. */
    async act() {
      await Promise.all([
        ...telegram.map((person) => inTelegram(person, storm)),
        ...discord.map((person) => inDiscord(person, storm)),
        ...keys.map((key) => awardUntilOver(stage, key)),
        linkSome(),
        visitSite(),
      ])
    },

    /**
     * Ends what would go on by itself: sitting in voice, and the rounds that are open.
     * @param {readonly { id: string, telegramId: string }[]} rounds
     */
    async leave(rounds) {
      for (const person of discord) person.leaveVoice()
      await Promise.all(
        rounds.map(({ id, telegramId }) => telegram.find(({ who }) => who.id === telegramId)?.leaveRound(id)),
      )
    },
  }

  async function linkSome() {
    for (let n = 0; n < PAIRS && storm.isOn; n++) {
      const [one, other] = [telegram[n], discord[n]]
      await pause(direct.between(100, 1_200))
      if (one && other) await linkByCode(stage, one, other, direct)
    }
  }

  async function visitSite() {
    const dice = throwDice(world.seed, 'site')
    for (let n = 0; n < 3 && storm.isOn; n++) {
      await pause(dice.between(100, 900))
      await claimOnSite(stage, dice.of(telegram))
    }
  }
}

/** @param {import('./telegram.js').TelegramActs} person @param {import('../record.js').Storm} storm */
async function inTelegram(person, storm) {
  const { dice } = person
  while (storm.isOn) {
    const chance = dice.next()
    if (chance < 0.08) await person.daily()
    else if (chance < 0.1) await person.start()
    else if (chance < 0.32) await person.play()
    else person.say()
    await pause(dice.between(60, 400))
  }
}

/** @param {import('./discord.js').DiscordActs} person @param {import('../record.js').Storm} storm */
async function inDiscord(person, storm) {
  const { dice } = person
  while (storm.isOn) {
    const chance = dice.next()
    if (chance < 0.06) await person.daily()
    else if (chance < 0.18) await person.hourly()
    else if (chance < 0.24) person.voice()
    else person.say()
    await pause(dice.between(100, 500))
  }
}
