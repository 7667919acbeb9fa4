// @ts-check

/**
 * What people did and what they were told of it, written down outside of the program.
 * `promised`: an answer said that it counts. Without it the act may count once or not at all.
 *
 * @typedef {{ platform: 'telegram' | 'discord', id: string }} Who
 * @typedef {{ who: Who, text: string, at: number }} Message `at` in seconds, as the platform dates it
 * @typedef {{ who: Who, game: string, side: string | null, promised: boolean }} Hourly
 * @typedef {{ who: Who, source: string, capped: boolean, xp: number, coins: number, promised: boolean }} ApiAward
 * @typedef {{ telegram: string, discord: string, request: string | null, typist: boolean, owner: boolean, promised: boolean,
 *   undo: 'no' | 'maybe' | 'promised' }} Link which sides said yes, and what came of it
 */

export class Deeds {
  startedAt = Date.now()
  /** By the event's key. Platforms keep messages, so each must count. @type {Map<string, Message>} */
  messages = new Map()
  /** Telegram ids that pressed Start. @type {Set<string>} */
  starts = new Set()
  /** @type {{ who: Who, promised: boolean }[]} */
  dailies = []
  /** Presses that asked for a round, by their id. @type {Map<string, { who: Who, bet: number }>} */
  rounds = new Map()
  /** Numbers that were pressed, by round. @type {Map<string, { who: Who, picks: Set<number> }>} */
  picks = new Map()
  /** Rounds whose end was shown. @type {Set<string>} */
  shownRounds = new Set()
  /** By the event's key. @type {Map<string, Hourly>} */
  hourly = new Map()
  /** By the event's key. @type {Map<string, ApiAward>} */
  awards = new Map()
  /** @type {Link[]} */
  links = []
  /** Discord ids that sat in voice. @type {Set<string>} */
  voices = new Set()
  /** Updates of Telegram that must be confirmed. */
  lastUpdate = 0
  /** Faults with their time: reasons why something may have been sent twice. @type {{ why: string, from: number, to: number }[]} */
  faults = []
  /** How far clocks were moved ahead in all, in milliseconds. */
  clockMovedMs = 0
  /** What an answer said that can never be right. @type {string[]} */
  wrongAnswers = []
  acts = 0

  /** @param {string} why @param {() => Promise<void>} work */
  async during(why, work) {
    const fault = { why, from: Date.now(), to: Number.POSITIVE_INFINITY }
    this.faults.push(fault)
    await work()
    fault.to = Date.now()
  }

  /** @param {{ updateId: number | undefined }} act something that was done in Telegram */
  sent({ updateId }) {
    this.acts += 1
    if (updateId !== undefined) this.lastUpdate = Math.max(this.lastUpdate, updateId)
  }
}

/** @typedef {{ world: import('./world.js').World, deeds: Deeds, storm: Storm }} Stage */

/** Whether the storm is on: loops end with it. */
export class Storm {
  isOn = true
  /** Callers that repeat what was not answered go on until now. */
  isOver = false
}

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Looks until there is something; null when the time is over.
 * @template T
 * @param {() => T | Promise<T>} look
 * @param {number} ms
 * @param {number} [every]
 * @returns {Promise<NonNullable<T> | null>}
 */
export async function until(look, ms, every = 25) {
  const end = Date.now() + ms
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) return null
    await pause(every)
  }
}
