import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Replay } from '../../chaos/model/replay.js'
import { Deeds } from '../../chaos/record.js'
import { applyChanges, HURRY, MUTATIONS } from '../../chaos/victim/changes.js'
import { ROOT } from '../support/program.js'

/** `npm run chaos` on the build that is there. */
async function chaos(...args: string[]) {
  const child = spawn(process.execPath, [`${ROOT}chaos/run.js`, ...args])
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    out += chunk
  })
  const [code] = await once(child, 'close')
  return { code: code as number, out }
}

describe('the fault harness', () => {
  test.each([...HURRY, ...Object.values(MUTATIONS)])('still finds in $file: $find', (change) => {
    const url = `${ROOT}dist/${change.file}`
    const source = readFileSync(url, 'utf8')
    expect(applyChanges(url, source, [change])).not.toBe(source)
  })

  test.runIf(process.env.LONG)(
    'a storm of kills, outages and lost answers leaves nothing lost, doubled or wrong',
    {
      timeout: 150_000,
    },
    async () => {
      const { code, out } = await chaos('--seed', '20260208', '--seconds', '3', '--database', 'postgres')
      expect(out).toContain('1 of 1 runs')
      expect(code).toBe(0)
    },
  )

  test.runIf(process.env.LONG)('the same, time and again', { timeout: 1_800_000 }, async () => {
    const { code, out } = await chaos('--runs', '20', '--seed', '20260300')
    expect(code, out).toBe(0)
  })

  test.runIf(process.env.LONG).each(Object.keys(MUTATIONS))(
    'goes red when %s is planted',
    { timeout: 900_000 },
    async (mutation) => {
      const { code, out } = await chaos(
        '--runs',
        '8',
        '--seed',
        '11',
        '--database',
        'postgres',
        '--mutation',
        mutation,
      )
      expect(code, out).toBe(0)
    },
  )
})

describe('its model', () => {
  const event = (key: string, xp: number, more = {}) => ({
    account: 1,
    type: 'message_sent',
    source: 'telegram',
    xp,
    coins: 0,
    key,
    data: {},
    ...more,
  })
  const empty = { members: [], rounds: [], deliveries: [], unprocessed: [] }
  const deeds = new Deeds()
  const who = { platform: 'telegram', id: '7' } as const
  deeds.messages.set('telegram:message:-1:1', { who, text: 'раз два три четыре', at: 1_000 })
  deeds.messages.set('telegram:message:-1:2', { who, text: 'пять шесть семь восемь', at: 1_030 })
  const wrongOf = (events: ReturnType<typeof event>[]) => new Replay(deeds, { ...empty, events }).wrong
  const second = event('telegram:message:-1:2', 0, { data: { reason: 'cooldown' } })

  test('takes what the rules give', () => {
    expect(wrongOf([event('telegram:message:-1:1', 5), second])).toEqual([])
  })

  test('names what was paid twice, too much, or for nothing that anybody did', () => {
    expect(
      wrongOf([
        event('telegram:message:-1:1', 5),
        event('telegram:message:-1:1', 0, { data: { reason: 'cooldown' } }),
      ]),
    ).toEqual(['telegram:message:-1:1: twice'])
    expect(wrongOf([event('telegram:message:-1:1', 10)])[0]).toContain('paid 10 XP')
    expect(wrongOf([event('telegram:message:-1:3', 5)])[0]).toContain('nobody did this')
    expect(wrongOf([event('api:game:1', 600)])[0]).toContain('nobody did this')
  })
})
