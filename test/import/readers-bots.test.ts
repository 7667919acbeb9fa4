import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type CurveName, namedCurve, polynomialCurve } from '../../src/import/bots/level-curves.js'
import { openStore } from '../../src/import/open-store.js'
import type { DiscordRecord, OldItem, OtherBot, Rejected } from '../../src/import/records.js'
import { writeSample } from '../../src/import/sample/write-sample.js'

const folder = mkdtempSync(join(tmpdir(), 'ttfd-exports-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0

function written(content: string): string {
  const path = join(folder, `export-${++files}`)
  writeFileSync(path, content)
  return path
}

async function readFrom(from: OtherBot, path: string, mapping?: string) {
  const options = { timeZone: 'UTC', from, ...(mapping === undefined ? {} : { mapping }) }
  const store = await openStore('discord', path, options)
  const items: OldItem[] = []
  for await (const piece of store.read()) items.push(...piece.items)
  await store.close()
  const records = items.flatMap((item) => (item.kind === 'record' ? [item.record as DiscordRecord] : []))
  const rejected = items.flatMap((item): Rejected[] => (item.kind === 'rejected' ? [item.rejected] : []))
  return { store, records, rejected, xp: records.map(({ id, xp }) => [id.slice(-1), xp]) }
}
const readText = (from: OtherBot, content: string, mapping?: object) =>
  readFrom(from, written(content), mapping && written(JSON.stringify(mapping)))

const A = '300000000000000001'
const B = '300000000000000002'
const C = '300000000000000003'

// Sums by hand: MEE6 asks 100, 155, 220, 295, 380 from level 0 to 5; Arcane 75, 175, 275, ... and 75, 130, 195, ...
test.each([
  ['mee6', [0, 100, 255, 475, 770, 1150]],
  ['lurkr', [0, 100, 150, 300, 550, 900]],
  ['amari', [0, 35, 55, 115, 215, 355]],
  ['arcane_linear', [0, 75, 250, 525, 900, 1375]],
  ['arcane_exponential', [0, 75, 205, 400, 670, 1025]],
  ['arcane_constant', [0, 1000, 2000, 3000, 4000, 5000]],
] satisfies [CurveName, number[]][])('the levels of %s stand for %j XP', (name, totals) => {
  expect(totals.map((_, level) => namedCurve(name).total(level))).toEqual(totals)
})

test('MEE6 level 100 stands for 1,899,250 XP', () => {
  expect(namedCurve('mee6').total(100)).toBe(1_899_250)
})

test("a server's own speed is rounded level by level, as Arcane shows it", () => {
  const half = namedCurve('arcane_linear', 0.5)
  expect(half.total(11) - half.total(10)).toBe(538)
})

test('a polynomial is rounded and begins at nothing', () => {
  expect([0, 1, 2].map((level) => polynomialCurve([10, 0.25, 1]).total(level))).toEqual([0, 11, 15])
})

describe('exports', () => {
  test('MEE6, as its leaderboard answers: all XP, messages, the rest kept', async () => {
    const { records, rejected, store } = await readText(
      'mee6',
      `{"guild":{"id":"1"},"players":[{"id":"${A}","username":"anna","xp":1234,"level":5,"message_count":60,
        "detailed_xp":[84,475,1234]}]}`,
    )
    expect(rejected).toEqual([])
    expect(records).toMatchObject([
      {
        source: 'discord',
        id: A,
        username: 'anna',
        xp: 1234,
        messages: 60,
        coins: 0,
        provesTelegramId: null,
      },
    ])
    expect(records[0]?.rest).toEqual({ level: 5, export: { detailed_xp: [84, 475, 1234] } })
    expect([store.source, store.origin]).toEqual(['discord', 'mee6'])
  })

  test.each([
    ['mee6', `id,username,discriminator,xp,level,messages\n${A},"Anna, the first",0,1234,5,60\n`, 1234],
    ['mee6', `[{"players":[{"id":${A},"xp":7}]},{"players":[]}]`, 7],
    ['mee6', `[{"id":"${A}","level":2}]`, 255],
    ['lurkr', `{"levels":[{"userId":"${A}","xp":310,"level":3,"messageCount":4}]}`, 310],
    ['lurkr', `[{"userId":"${A}","level":3}]`, 300],
    ['amari', `{"data":[{"id":"${A}","username":"a","exp":"60","level":2,"weeklyExp":1}]}`, 60],
    ['amari', `\ufeffUser ID;Username;Level\r\n${A};a;2\r\n`, 55],
    ['arcane', `id,level,xp\n${A},2,20\n`, 270],
    ['arcane', `id\tlevel\n${A}\t2\n`, 250],
  ] satisfies [OtherBot, string, number][])('%s: %s', async (bot, content, xp) => {
    const { rejected, ...read } = await readText(bot, content)
    expect([read.xp, rejected]).toEqual([[['1', xp]], []])
  })

  test('what says neither XP nor level, or what cannot be, is listed', async () => {
    const { rejected, xp } = await readText(
      'arcane',
      `id,level,xp\n${A},,\n${B},2.5,\n${C},2,275\n300000000000000004,2,274\n300000000000000005,99999,\nx,1,\n300000000000000006,1,many\n300000000000000007,,5\n`,
    )
    expect(xp).toEqual([['4', 524]])
    expect(rejected.map(({ id, reason, whole }) => [id?.slice(-1), reason, whole])).toEqual([
      ['1', 'no_xp', true],
      ['2', 'bad_level', true],
      ['3', 'xp_beyond_level', true],
      ['5', 'bad_level', true],
      ['x', 'bad_id', true],
      ['6', 'not_a_number', true],
      ['7', 'bad_level', true],
    ])
  })

  test('the rules of every store hold: last of two, too much, forbidden names', async () => {
    const { rejected, xp, records } = await readText(
      'lurkr',
      `[{"userId":"${A}","xp":1},{"userId":"${A}","xp":2},{"userId":"${B}","xp":2e9},{"userId":"${C}","xp":3,"__proto__":{"x":1}}]`,
    )
    expect(xp).toEqual([
      ['1', 2],
      ['3', 3],
    ])
    expect(rejected.map(({ reason }) => reason)).toEqual(['duplicate', 'too_big', 'forbidden_key'])
    expect(records[1]?.rest).toEqual({})
  })

  test.each([
    ['nothing that names members', '{"guild":{}}', 'shape'],
    ['no id anywhere', 'name,xp\nanna,5\n', 'shape'],
    ['a list cut short', `[{"userId":"${A}","xp":1},{"us`, 'truncated'],
    ['broken JSON', '[{"userId":}]', 'syntax'],
    ['an open quote', `id,xp\n"${A},5\n`, 'truncated'],
    ['rows of another width', `id,xp\n${A},5,6,7\n`, 'syntax'],
    ['UTF-16', 'i\0d\0', 'encoding'],
  ])('%s is refused whole', async (_, content, reason) => {
    await expect(readText('lurkr', content)).rejects.toMatchObject({ name: 'UnreadableStoreError', reason })
  })

  test('they are of Discord alone', async () => {
    const path = written(`id,xp\n${A},5\n`)
    await expect(openStore('telegram', path, { timeZone: 'UTC', from: 'mee6' })).rejects.toMatchObject({
      reason: 'other_store',
    })
  })
})

describe('the mapping file', () => {
  const csv = `member,points,lvl,xp\n${A},10,2,999\n`

  test('says what the columns of any export mean', async () => {
    expect((await readText('generic', csv, { id: 'Member', xp: 'points' })).xp).toEqual([['1', 10]])
    expect((await readText('generic', csv, { id: 'member', level: 'lvl', curve: [0, 100] })).xp).toEqual([
      ['1', 200],
    ])
    expect(
      (
        await readText('generic', csv, {
          id: 'member',
          level: 'lvl',
          xp: 'points',
          xp_is: 'in_level',
          curve: 'amari',
        })
      ).xp,
    ).toEqual([['1', 65]])
    const nested = `{"export":{"people":{"${A}":{"points":4}}}}`
    expect((await readText('generic', nested, { id: 'id', xp: 'points', list: 'export.people' })).xp).toEqual(
      [['1', 4]],
    )
  })

  test('tells of a known bot what its server had set otherwise', async () => {
    const text = `id,level,xp\n${A},2,20\n`
    expect((await readText('arcane', text, { curve: 'arcane_exponential' })).xp).toEqual([['1', 225]])
    expect((await readText('arcane', text, { multiplier: 2 })).xp).toEqual([['1', 520]])
    expect((await readText('arcane', text, { xp_is: 'total' })).xp).toEqual([['1', 20]])
  })

  test.each([
    ['is missing', undefined],
    ['names no id', { xp: 'points' }],
    ['names neither XP nor level', { id: 'member' }],
    ['has a word that it does not know', { id: 'member', xp: 'points', coins: 'gold' }],
    ['names a curve that nobody has', { id: 'member', level: 'lvl', curve: 'steep' }],
  ])('that %s is refused', async (_, mapping) => {
    await expect(readText('generic', csv, mapping)).rejects.toMatchObject({ reason: 'mapping' })
  })
})

test('the invented exports can all be read', async () => {
  await writeSample(folder, { members: 10, seed: 2, traps: false })
  const at = (name: string) => join(folder, 'other-bots', name)
  const reads = [
    await readFrom('mee6', at('mee6.json')),
    await readFrom('lurkr', at('lurkr.json')),
    await readFrom('amari', at('amari.csv')),
    await readFrom('arcane', at('arcane.csv')),
    await readFrom('generic', at('generic.csv'), at('generic-mapping.json')),
  ]
  for (const { records, rejected } of reads) expect([records.length, rejected]).toEqual([20, []])
})
