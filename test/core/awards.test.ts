import { describe, expect, test } from 'vitest'
import { newId } from '../../src/core/events/new-id.js'
import type { Award } from '../../src/core/progression/award.js'
import { AwardWriter } from '../../src/core/progression/award-writer.js'
import { freshDatabase, KINDS, type Kind } from '../support/databases.js'
import { RULES } from '../support/rules.js'

async function freshWriter(kind: Kind) {
  const db = await freshDatabase(kind)
  const writer = new AwardWriter(db, { rules: () => RULES, newId: () => newId(Date.now()) })
  return { db, writer }
}

const grant = (telegramId: string, key: string, xp: number, coins = 0): Award => ({
  key,
  who: { platform: 'telegram', id: telegramId },
  occurredAt: new Date('2026-03-01T12:00:00Z'),
  source: 'system',
  act: { type: 'grant', event: 'xp_change', xp, coins, data: {}, silent: false },
  create: { displayName: 'Аня' },
})

describe.each(KINDS)('awards on %s', (kind) => {
  test('1,000 at once to one account and to 100 accounts give exact sums', async () => {
    const { db, writer } = await freshWriter(kind)
    const outcomes = await Promise.all(
      Array.from({ length: 1000 }, (_, i) => [
        writer.award(grant('1', `a${i}`, 1)),
        writer.award(grant(`${2 + (i % 100)}`, `b${i}`, 2)),
      ]).flat(),
    )
    expect(outcomes.every((outcome) => outcome.status === 'recorded')).toBe(true)
    const rows = await db.kysely.selectFrom('unified_users').select(['telegram_id', 'xp']).execute()
    expect(rows.length).toBe(101)
    for (const row of rows) expect(row.xp).toBe(row.telegram_id === '1' ? 1000 : 20)
    await writer.close()
  })
})
