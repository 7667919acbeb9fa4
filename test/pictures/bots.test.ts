import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cardPicture, type Picture } from '../../src/app/pictures/card-picture.js'
import type { Pictures } from '../../src/app/pictures/create-pictures.js'
import { DrawingPool } from '../../src/app/pictures/drawing-pool.js'
import { identicon } from '../../src/app/pictures/identicon.js'
import { rankProgress } from '../../src/core/progression/ranks.js'
import type { Database } from '../../src/db/connect.js'
import { ANSWER } from '../../src/sandbox/discord/interactions/interaction-store.js'
import { startBot, town } from '../discord/harness.js'
import { freshDatabase } from '../support/databases.js'
import { testPictures } from '../support/pictures.js'
import { RULES } from '../support/rules.js'
import { setStage } from '../telegram/support.js'

const pool = new DrawingPool({ atOnce: 1, drawMs: 20_000, startMs: 60_000 })
// A bot waits for a card for two and a half seconds: a thread that has yet to start may take them up alone.
beforeAll(async () => {
  const progress = rankProgress(0, RULES.ranks)
  const facts = { accountId: 1, displayName: 'Аня', xp: 0, coins: 0, place: 1, streak: 0, progress }
  await pool.draw(cardPicture(facts, `data:image/svg+xml;base64,${btoa(identicon(1))}`, 'ru'))
})
afterAll(() => pool.close())

/** Draws with one warm thread for all tests here. */
function cardsOf(db: Database): Pictures['drawCard'] {
  const own = Object.assign(new DrawingPool(), { draw: (card: Picture) => pool.draw(card) })
  return testPictures(db, { pool: own }).drawCard
}

describe('Telegram’s /profile', () => {
  test('is the card with the same words under it', async () => {
    const db = await freshDatabase('postgres')
    const stage = await setStage({ db, drawCard: cardsOf(db) })
    const { anya } = stage.sandbox.people
    await anya.ask('/start')
    const answer = await anya.ask('/profile')
    expect(answer.text).toBeUndefined()
    expect([answer.photo?.[0]?.width, answer.photo?.[0]?.height]).toEqual([1200, 630])
    expect(answer.caption).toContain('Ранг F I')
    expect(answer.caption_entities?.some(({ type }) => type === 'bold')).toBe(true)
    expect(answer.reply_markup?.inline_keyboard.length).toBeGreaterThan(0)
  })

  test.each([
    ['cannot be drawn', async () => null],
    ['is none that Telegram takes', async () => new Uint8Array([1, 2, 3])],
  ])('is the words alone when the card %s', async (_, drawCard) => {
    const { sandbox, logs } = await setStage({ drawCard })
    await sandbox.people.anya.ask('/start')
    const answer = await sandbox.people.anya.ask('/profile')
    expect(answer.text).toContain('Ранг F I')
    expect(logs.filter(({ level }) => level === 'error')).toEqual([])
  })
})

describe('Discord’s /rank', () => {
  test('attaches the card to the same words', async () => {
    const at = await town()
    await startBot(at, { drawCard: cardsOf(at.db) })
    const reply = await at.control.person('mira').slash('bots', 'rank').reply()
    expect(reply.content).toContain('Ранг F I')
    const [file] = reply.attachments
    expect([file?.filename, file?.contentType]).toEqual(['rank.png', 'image/png'])
    expect(file?.bytes.readUInt32BE(16)).toBe(1200)
    expect(file?.description).toContain('Ранг F I')
  })

  test('is deferred while the card is drawn, and is the words alone when it cannot be', async () => {
    const at = await town()
    let give: (png: null) => void = () => {}
    // Made beforehand: the card may be asked for only after the answer was deferred.
    const card = new Promise<null>((resolve) => {
      give = resolve
    })
    await startBot(at, { tuning: { deferMs: 50 }, drawCard: () => card })
    const asked = at.control.person('mira').slash('bots', 'rank')
    expect((await asked.answered()).answeredBy).toBe(ANSWER.defer)
    give(null)
    const reply = await asked.reply()
    expect(reply.content).toContain('Ранг F I')
    expect(reply.attachments).toEqual([])
  })
})
