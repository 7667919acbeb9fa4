import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Resvg } from '@resvg/resvg-js'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { CARD_SIZE, cardPicture } from '../../src/app/pictures/card-picture.js'
import { DrawingBusyError, DrawingError, DrawingPool } from '../../src/app/pictures/drawing-pool.js'
import { identicon } from '../../src/app/pictures/identicon.js'
import type { CardFacts } from '../../src/core/pictures/card.js'
import { rankProgress } from '../../src/core/progression/ranks.js'
import type { Locale } from '../../src/i18n/translate.js'
import { RULES } from '../support/rules.js'

const PATIENT = { drawMs: 20_000, startMs: 60_000 }
const shared = new DrawingPool({ ...PATIENT, atOnce: 1 })
afterAll(() => shared.close())

const FACE = `data:image/svg+xml;base64,${Buffer.from(identicon(5)).toString('base64')}`

function picture(change: Partial<CardFacts> = {}, locale: Locale = 'ru') {
  const xp = change.xp ?? 14_820
  const facts: CardFacts = {
    accountId: 5,
    displayName: 'Аня',
    xp,
    coins: 10,
    place: 3,
    streak: 2,
    progress: rankProgress(xp, RULES.ranks),
    ...change,
  }
  return cardPicture(facts, FACE, locale)
}

/** The colour of one pixel as `r,g,b`. */
function pixels(png: Uint8Array) {
  const href = `data:image/png;base64,${Buffer.from(png).toString('base64')}`
  const { width, height } = CARD_SIZE
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image href="${href}" width="${width}" height="${height}"/></svg>`
  const image = new Resvg(svg).render()
  const raw = image.pixels
  const at = (x: number, y: number) => [...raw.subarray((y * width + x) * 4, (y * width + x) * 4 + 3)].join()
  /** How many pixels of an area are almost white: ink. */
  const ink = (x: number, y: number, w: number, h: number) => {
    let count = 0
    for (let row = y; row < y + h; row += 1)
      for (let column = x; column < x + w; column += 1) {
        if ((raw[(row * width + column) * 4] ?? 0) > 200) count += 1
      }
    return count
  }
  return { at, ink }
}

const NAME_AREA = [630, 100, 480, 110] as const

describe('a card', () => {
  test('is a PNG of 1200 by 630 with the tier’s colour, and its bar ends where the progress does', async () => {
    const png = await shared.draw(picture())
    const bytes = Buffer.from(png)
    expect(bytes.readUInt32BE(0)).toBe(0x89504e47)
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1200, 630])
    const { at, ink } = pixels(png)
    const enamel = '108,141,255'
    expect(at(4, 4)).toBe('12,14,18')
    // C I, 1,320 of 2,750 XP: 48 %.
    expect([at(520, 365), at(760, 365), at(810, 365), at(1080, 365)]).toEqual([
      enamel,
      enamel,
      '43,51,63',
      '43,51,63',
    ])
    expect(ink(...NAME_AREA)).toBeGreaterThan(500)
  })

  test('differs by language and by who it shows', async () => {
    const [ru, en, other] = await Promise.all([
      shared.draw(picture()),
      shared.draw(picture({}, 'en')),
      shared.draw(picture({ displayName: 'Боря' })),
    ])
    expect(Buffer.from(ru ?? []).equals(Buffer.from(en ?? []))).toBe(false)
    expect(Buffer.from(ru ?? []).equals(Buffer.from(other ?? []))).toBe(false)
  })

  test.each([
    ['a hundred thousand letters', 'ы'.repeat(100_000)],
    ['a hundred thousand marks on one letter', `a${'\u0301'.repeat(100_000)}`],
    ['a hundred thousand families', '👨‍👩‍👧‍👦'.repeat(9_000)],
    ['markup', '</text></svg><script>&"\'<image href="file:///etc/passwd"/>'],
    ['what XML cannot carry', 'a\u0000\u0008\ufffe\ud800b'],
    ['Arabic', 'محمد علي'],
    ['Chinese, with or without a font for it', '漢字テスト'],
    ['letters that nobody has', '\u{10fff0}\u{e000}\u{1f9ff}'],
    ['nothing at all', ' \u200b\ufe0f '],
    ['zalgo', 'Z̸̢̛͖a̷̡͝l̶̨g̵o̸'],
  ])('of %s shows a name, within the picture', async (_, displayName) => {
    const { ink } = pixels(await shared.draw(picture({ displayName })))
    expect(ink(...NAME_AREA)).toBeGreaterThan(100)
    expect(ink(1120, 60, 80, 200)).toBe(0)
  })

  test('of a name that no font can draw says what it says of a nameless member', async () => {
    const [unknown, nameless] = await Promise.all([
      shared.draw(picture({ displayName: '\u{10fff0}\u{10fff1}' })),
      shared.draw(picture({ displayName: null })),
    ])
    expect(Buffer.from(unknown ?? []).equals(Buffer.from(nameless ?? []))).toBe(true)
  })

  test('bears the largest numbers there are', async () => {
    const most = Number.MAX_SAFE_INTEGER
    const { ink } = pixels(await shared.draw(picture({ xp: most, coins: most, place: most, streak: 99_999 })))
    expect(ink(1120, 240, 80, 340)).toBe(0)
  })
})

/** A thread that does what a test wants of it: `hang`, `die`, `eat` memory, or answer. */
function script(name: string): URL {
  const path = join(tmpdir(), `ttfd-drawing-${process.pid}-${name}.mjs`)
  writeFileSync(
    path,
    `import { parentPort } from 'node:worker_threads'
    parentPort.on('message', ({ id, name }) => {
      if (name.text === 'hang') for (;;);
      if (name.text === 'die') process.exit(1)
      if (name.text === 'throw') throw new Error('broken')
      if (name.text === 'eat') { const all = []; for (;;) all.push('x'.repeat(1000).split('')) }
      if (name.text === 'wait') return void setTimeout(() => parentPort.postMessage({ id, png: new Uint8Array([1]) }), 300)
      parentPort.postMessage({ id, png: new Uint8Array([1]) })
    })
    parentPort.postMessage({ id: 0 })`,
  )
  onTestFinished(() => rmSync(path, { force: true }))
  return pathToFileURL(path)
}

describe('the threads', () => {
  const open = (limits = {}) => {
    const pool = new DrawingPool({ startMs: 60_000, drawMs: 5_000, heapMb: 24, ...limits }, script('odd'))
    onTestFinished(() => pool.close())
    return pool
  }

  test.each(['die', 'throw', 'eat'])(
    'one that meets %s takes its own picture along and no other',
    async (text) => {
      const pool = open({ drawMs: 30_000 })
      const named = picture({ displayName: text })
      const [bad, good] = await Promise.allSettled([pool.draw(named), pool.draw(picture())])
      expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled'])
      expect((bad as PromiseRejectedResult).reason).toBeInstanceOf(DrawingError)
      expect(await pool.draw(picture())).toEqual(new Uint8Array([1]))
    },
  )

  test('one that hangs is ended when its time is over', async () => {
    // Long enough for the one that comes after it, on a busy machine.
    const pool = open({ drawMs: 1_000 })
    await expect(pool.draw(picture({ displayName: 'hang' }))).rejects.toThrow('too long')
    expect(await pool.draw(picture())).toEqual(new Uint8Array([1]))
  })

  test('two pictures at once, a few wait, more are refused at once', async () => {
    const pool = open({ atOnce: 2, queueMax: 3 })
    const wait = picture({ displayName: 'wait' })
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => pool.draw(wait)))
    const refused = all.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
    expect(refused.map(({ reason }) => reason instanceof DrawingBusyError)).toEqual([true, true, true])
  })

  test('a picture under way is rejected when the program ends', async () => {
    const pool = open()
    const drawing = expect(pool.draw(picture({ displayName: 'hang' }))).rejects.toBeInstanceOf(DrawingError)
    await pool.close()
    await drawing
    await expect(pool.draw(picture())).rejects.toBeInstanceOf(DrawingError)
  })
})

test('a drawn avatar is always the same for one account, and another for another', () => {
  expect(identicon(7)).toBe(identicon(7))
  expect(new Set(Array.from({ length: 500 }, (_, id) => identicon(id + 1))).size).toBe(500)
})
