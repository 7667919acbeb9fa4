// @ts-check
import { dice as throwDice } from '../dice.js'
import { pause } from '../record.js'

const ANSWER_MS = 5_000
const AGAIN_MS = 250

/** @typedef {{ name: string, text: string, capped: boolean }} ApiKey */

/**
 * A program that gives awards, one after the other, and repeats each until it is answered, as its guide tells it to;
 * now and then it gives up after the first try.
 * @param {import('../record.js').Stage} stage
 * @param {ApiKey} key
 */
export async function awardUntilOver({ world, deeds, storm }, key) {
  const dice = throwDice(world.seed, `api ${key.name}`)
  const answers = new Map()
  for (let n = 0; storm.isOn; n++) {
    const person = dice.of(world.people)
    const isTelegram = dice.hits(0.5)
    const who = isTelegram
      ? /** @type {const} */ ({ platform: 'telegram', id: String(person.telegram.id) })
      : /** @type {const} */ ({ platform: 'discord', id: person.discord.id })
    const amount = {
      xp: dice.hits(0.15) ? dice.between(500, 1_000) : dice.between(1, 90),
      coins: dice.between(0, 60),
    }
    const body = { platform: who.platform, id: who.id, ...amount, reason: `quest ${n}` }
    const idempotencyKey = `n-${n}`
    const award = { who, source: `api:${key.name}`, capped: key.capped, ...amount, promised: false }
    deeds.awards.set(`api:${key.name}:${idempotencyKey}`, award)
    const givesUp = dice.hits(0.08)
    const asksTwice = dice.hits(0.2)
    const ask = () => post(world.site, key.text, idempotencyKey, body)
    deeds.acts += 1
    let answer = await ask()
    while (!isDone(answer) && !givesUp && !storm.isOver) {
      await pause(AGAIN_MS)
      answer = await ask()
    }
    award.promised = answer?.status === 200 || answer?.status === 202
    if (answer && isDone(answer) && !award.promised)
      deeds.wrongAnswers.push(`award ${key.name} ${idempotencyKey}: ${answer.status} ${answer.text}`)
    if (answer?.status === 200) answers.set(idempotencyKey, answer.text)
    if (asksTwice && award.promised) {
      const again = await ask()
      const first = answers.get(idempotencyKey)
      if (again?.status === 200 && first !== undefined && again.text !== first)
        deeds.wrongAnswers.push(
          `award ${key.name} ${idempotencyKey} was answered ${first}, then ${again.text}`,
        )
    }
    await pause(dice.between(100, 500))
  }
}

/**
 * One award in peace.
 * @param {import('../record.js').Stage} stage
 * @param {ApiKey} key @param {import('../record.js').Who} who @param {number} xp
 */
export async function awardOnce({ world, deeds }, key, who, xp) {
  const idempotencyKey = `rise-${who.platform}-${who.id}`
  const award = { who, source: `api:${key.name}`, capped: key.capped, xp, coins: 0, promised: true }
  deeds.awards.set(`api:${key.name}:${idempotencyKey}`, award)
  const body = { platform: who.platform, id: who.id, xp, coins: 0, reason: 'a good start' }
  const answer = await post(world.site, key.text, idempotencyKey, body)
  if (answer?.status !== 200)
    throw new Error(`an award in peace was answered ${answer?.status} ${answer?.text}`)
}

/** @param {{ status: number } | null} answer */
function isDone(answer) {
  return answer !== null && answer.status !== 429 && answer.status < 500
}

/** @param {string} site @param {string} key @param {string} idempotencyKey @param {object} body */
async function post(site, key, idempotencyKey, body) {
  try {
    const answer = await fetch(`${site}/api/v1/awards`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    return { status: answer.status, text: await answer.text() }
  } catch {
    return null
  }
}
