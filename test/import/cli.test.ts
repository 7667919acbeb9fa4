import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { barLine } from '../../src/cli/commands/import-bar.js'
import { translator } from '../../src/i18n/translate.js'
import { cell } from '../../src/import/run/markdown.js'
import { freshFolder, installation, sharedInstallation, ttfd } from '../cli/support.js'
import { discordId } from './support.js'

/** Two old stores with a proof, a claim, a broken record and a name that means harm. */
function oldStores(): { folder: string; telegram: string; discord: string } {
  const folder = freshFolder()
  const telegram = join(folder, 'telegram.json')
  const discord = join(folder, 'discord.json')
  writeFileSync(
    telegram,
    JSON.stringify({
      users: {
        '101': { telegram_id: '101', username: 'Unknown', first_name: 'Аня', xp: '600', coins: 12.5 },
        '102': {
          telegram_id: '102',
          username: '=cmd|x',
          first_name: '|<b>',
          xp: 5,
          discord_id: discordId(2),
        },
        '103': { telegram_id: '103', xp: -40, coins: 1 },
      },
      global_stats: {},
    }),
  )
  writeFileSync(
    discord,
    JSON.stringify({
      users: {
        [discordId(1)]: { id: discordId(1), username: 'anya', xp: 700, telegram_id: '101' },
        [discordId(2)]: { id: discordId(2), username: '=cmd|x', xp: 9 },
      },
      global_stats: {},
    }),
  )
  return { folder, telegram, discord }
}

describe('ttfd import', () => {
  const installed = sharedInstallation('postgres')

  test('tries, brings over, compares and asks, each with its exit code', async () => {
    const { run } = installed()
    const { folder, telegram, discord } = oldStores()
    const stores = ['--telegram', telegram, '--discord', discord]
    const dry = await run(['import', ...stores, '--dry-run', '--json'])
    expect(dry.code).toBe(0)
    expect(JSON.parse(dry.out)).toMatchObject({
      mode: 'dry-run',
      seed: {
        before: { accounts: 0 },
        expected: { accounts: 3, telegram: 2, discord: 2, website: 0 },
        after: { accounts: 0 },
      },
      linked: { code: 1 },
      rejected: { total: 2 },
    })
    const early = await run(['import', ...stores, '--verify'])
    expect([early.code, early.out]).toEqual([1, expect.stringContaining('Не перенесено: 4')])

    const report = join(folder, 'report.md')
    const live = await run(['import', ...stores, '--live', '--report', report])
    expect([live.code, live.err]).toEqual([0, ''])
    expect(live.out).toContain('Сейчас ровно столько, сколько по плану.')
    const text = readFileSync(report, 'utf8')
    expect(text).toContain('| сейчас | 3 | 2 | 2 | 0 |')
    expect(text).toContain('telegram:102')
    expect(text).toContain('меньше нуля')
    expect(text).not.toContain('<b>')
    const counted = await run(['sql', 'SELECT COUNT(*) FROM unified_users', '--json'])
    expect(JSON.parse(counted.out)).toEqual([{ count: 3 }])

    const good = await run(['import', ...stores, '--verify'])
    expect([good.code, good.out]).toEqual([0, expect.stringContaining('Всё на месте')])
    const listed = await run(['import', 'review', '--json'])
    expect(JSON.parse(listed.out)).toMatchObject([{ id: 1, kind: 'claim', sameName: true }])
    expect((await run(['import', 'review'])).out).toContain('называет другого без доказательства')
    expect((await run(['import', 'review', 'accept', '1', '--yes'])).out).toBe('Принято.')
    expect((await run(['import', 'review', 'refuse', '1'])).code).toBe(1)
    expect((await run(['import', ...stores, '--verify'])).code).toBe(0)
  })

  test('writes invented stores with every trap, which it then brings over whole', async () => {
    const { run } = await installation('postgres')
    const folder = freshFolder()
    expect((await run(['import', '--sample', folder, '--members', '300'])).code).toBe(0)
    const stores = ['telegram', 'discord', 'voice', 'website'].flatMap((name) => [
      `--${name}`,
      join(folder, `${name}.json`),
    ])
    const live = await run(['import', ...stores, '--live', '--json'])
    expect(live.err).toBe('')
    const report = JSON.parse(live.out)
    expect(report.seed.after).toEqual(report.seed.expected)
    expect(report.rejected.total).toBeGreaterThan(8)
    expect(report.reviews.counts).toMatchObject({ contested: expect.any(Number), address: 2 })
    for (const { store, rejected, leftOut, before, added, waits } of report.stores) {
      for (const key of ['xp', 'coins', 'games', 'voice']) {
        expect(store[key]).toBeCloseTo(
          rejected[key] + leftOut[key] + before[key] + added[key] + waits[key],
          5,
        )
      }
    }
    const verified = await run(['import', ...stores, '--verify'])
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining('Всё на месте')])
  })

  test('refuses what it cannot read whole, and says why', async () => {
    const { run } = installed()
    const { telegram, folder } = oldStores()
    const cut = join(folder, 'cut.json')
    writeFileSync(cut, readFileSync(telegram, 'utf8').slice(0, -30))
    const answer = await run(['import', '--telegram', cut, '--live'])
    expect([answer.code, answer.err]).toEqual([1, expect.stringContaining('обрывается')])
    expect((await run(['import', '--telegram', join(folder, 'none.json'), '--live'])).err).toContain(
      'не нашёл',
    )
  })

  test.each([
    [['--telegram', 'x'], 'Выбери одно'],
    [['--telegram', 'x', '--dry-run', '--live'], 'Выбери одно'],
    [['--live'], 'Откуда переносить'],
    [['--telegram', 'x', '--live', '--time-zone', 'Mars/Base'], 'Mars/Base'],
    [['--discord', 'x', '--live', '--from', 'mee7'], 'mee7'],
    [['--telegram', 'x', '--live', '--from', 'mee6'], '--discord'],
    [['--discord', 'x', '--live', '--from', 'generic'], '--mapping'],
    [['--discord', 'x', '--live', '--members', '0'], 'целое число'],
  ])('is used wrongly by %j', async (args, words) => {
    const answer = await ttfd(['import', ...args])
    expect([answer.code, answer.err]).toEqual([2, expect.stringContaining(words)])
  })

  test('asks before it trusts claims', async () => {
    const { run } = await installation('postgres')
    const { telegram, discord } = oldStores()
    const args = [
      'import',
      '--telegram',
      telegram,
      '--discord',
      discord,
      '--live',
      '--trust-claims',
      '--json',
    ]
    const asked = await run(args, {}, { input: 'нет' })
    expect(asked.code).toBe(1)
    expect(asked.err).toContain('Telegram 102 (5 XP')
    const agreed = await run([...args, '--yes'])
    expect(JSON.parse(agreed.out)).toMatchObject({ linked: { trusted: 1 }, seed: { after: { accounts: 2 } } })
  })
})

test('what old stores say can do no harm in a report', () => {
  expect(cell('=1+1|x')).toBe(`'=1+1\\|x`)
  expect(cell('<img src=x>\u0007')).toBe('\\<img src=x\\>\\\\u0007')
  expect(cell(-5)).toBe('-5')
})

test('the bar shows share, rate and time left', () => {
  const line = barLine({ t: translator('ru') }, 'Переношу', { done: 500, total: 2_000, seconds: 10 })
  expect(line).toContain('25 %')
  expect(line).toContain('50/с')
  expect(line).toContain('осталось 0:30')
})
