import type { KyselyPlugin } from 'kysely'
import { describe, expect, test } from 'vitest'
import { newId } from '../../src/core/events/new-id.js'
import { VoiceMachine, type VoicePresence } from '../../src/core/voice/voice-machine.js'
import { readVoiceSessions, saveVoice } from '../../src/core/voice/voice-sessions.js'
import type { Database } from '../../src/db/connect.js'
import { freshDatabase, KINDS } from '../support/databases.js'
import { RULES } from '../support/rules.js'

const context = { rules: RULES, newId: () => newId(Date.now()) }
const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1, 12) + seconds * 1000)
const sits = (discordId: string, guildId = 'g1'): VoicePresence => ({
  discordId,
  guildId,
  channelId: 'c1',
  eligible: true,
  multiplier: 1,
  facts: { displayName: `Person ${discordId}` },
})

async function save(db: Database, machine: VoiceMachine) {
  const snapshot = machine.snapshot()
  const refused: unknown[] = []
  const saved = await saveVoice(db, snapshot, context, (_, error) => refused.push(error))
  for (const id of saved.lost) machine.drop(id)
  machine.stored(snapshot)
  expect(refused).toEqual([])
  return saved
}

/** The database, and how many statements its transactions make from now on. */
function counted(db: Database) {
  let statements = 0
  const counter: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      statements += 1
      return result
    },
  }
  const transaction: Database['transaction'] = (work) => db.transaction((tx) => work(tx.withPlugin(counter)))
  return { db: { ...db, transaction }, statements: () => statements }
}

const paid = async (db: Database) => {
  const rows = await db.kysely
    .selectFrom('unified_users')
    .select(['discord_id', 'xp', 'total_voice_time'])
    .orderBy('discord_id')
    .execute()
  return rows.map((row) => [row.discord_id, row.xp, row.total_voice_time])
}

describe.each(KINDS)('voice on %s', (kind) => {
  test('pays a minute each, and the same snapshot stored twice pays once', async () => {
    const db = await freshDatabase(kind)
    const machine = new VoiceMachine()
    machine.observe('g1', [sits('1'), sits('2')], at(0))
    machine.advance(at(61))
    const snapshot = machine.snapshot()
    await saveVoice(db, snapshot, context, () => {})
    await saveVoice(db, snapshot, context, () => {})
    expect(await paid(db)).toEqual([
      ['1', 2, 60],
      ['2', 2, 60],
    ])
  })

  test('keeps a watched part of a minute through a crash, and invents none', async () => {
    const db = await freshDatabase(kind)
    const before = new VoiceMachine()
    before.observe('g1', [sits('1')], at(0))
    before.advance(at(70))
    await save(db, before)
    // Ten more seconds are watched but not stored when the process is killed; the next starts a minute later.
    before.advance(at(80))
    const after = new VoiceMachine()
    for (const stored of await readVoiceSessions(db.kysely, 'g1')) {
      after.resume(sits(stored.discordId), stored.accruedMs, stored.startedAt, at(140))
    }
    after.advance(at(189))
    await save(db, after)
    expect(await paid(db)).toEqual([['1', 2, 60]])
    after.advance(at(190))
    await save(db, after)
    expect(await paid(db)).toEqual([['1', 4, 120]])
  })

  test('belongs to one process: who joins elsewhere is counted there alone', async () => {
    const db = await freshDatabase(kind)
    const first = new VoiceMachine()
    const second = new VoiceMachine()
    first.observe('g1', [sits('1', 'g1')], at(0))
    await save(db, first)
    second.observe('g2', [sits('1', 'g2')], at(10))
    await save(db, second)
    for (let second_ = 20; second_ <= 130; second_ += 10) {
      first.advance(at(second_))
      second.advance(at(second_))
      await save(db, first)
      await save(db, second)
    }
    expect(first.size).toBe(0)
    expect(await paid(db)).toEqual([['1', 4, 120]])
    const open = await db.kysely.selectFrom('ttfd.voice_sessions').select('guild_id').execute()
    expect(open).toEqual([{ guild_id: 'g2' }])
  })

  test('a thousand people cost a handful of statements and 480 XP a day is the most', async () => {
    const db = await freshDatabase(kind)
    const machine = new VoiceMachine()
    const crowd = Array.from({ length: 1000 }, (_, index) => sits(String(1000 + index)))
    machine.observe('g1', crowd, at(0))
    machine.advance(at(60))
    const asked = counted(db)
    await save(asked.db, machine)
    expect(asked.statements()).toBeGreaterThan(0)
    expect(asked.statements()).toBeLessThan(100)
    const rows = await paid(db)
    expect(rows.length).toBe(1000)
    expect(rows.every(([, xp, seconds]) => xp === 2 && seconds === 60)).toBe(true)

    const lone = new VoiceMachine()
    lone.observe('g2', [sits('1', 'g2')], at(0))
    for (let minute = 1; minute <= 8 * 60; minute++) lone.advance(at(minute * 60))
    await save(db, lone)
    const one = (await paid(db)).find(([id]) => id === '1')
    // 12:00 UTC is 15:00 in Moscow: 8 hours later it is still the same community day.
    expect(one).toEqual(['1', 480, 8 * 3600])
  })
})
