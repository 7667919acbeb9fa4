import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { ensureAccount } from '../../src/core/accounts/ensure-account.js'
import { newId } from '../../src/core/events/new-id.js'
import type { Database } from '../../src/db/connect.js'
import { borrowDatabase, freshDatabase, KINDS } from '../support/databases.js'
import { fingerprint } from '../support/emptying.js'

// Tests use each other's databases: what one did must be nothing to the next.

const CHANGES = [
  'drop index ttfd.identities_of_account',
  'create table public.users (id int)',
  'alter table ttfd.settings add column more text',
  'alter table ttfd.ranks drop constraint ranks_need_distinct_xp',
  'alter table ttfd.accounts disable trigger all',
  'create function ttfd.mine() returns int language sql as $$ select 1 $$',
  'update ttfd.ranks set xp_needed = 1260 where id = 3',
  `update ttfd.settings set value = '"another"' where key = 'database_id'`,
  'delete from ttfd.migrations where number = 3',
]

describe.each(KINDS)('a database on %s that a test gives back', (kind) => {
  test('serves the next one: empty, counting from the beginning, and working', async () => {
    const found: { db: Database; id: number; settings: number }[] = []
    for (let turn = 0; turn < 2; turn++) {
      const { db, giveBack } = await borrowDatabase(kind)
      const settings = await db.kysely.selectFrom('ttfd.settings').selectAll().execute()
      const now = new Date('2026-03-10T12:00:00Z')
      const { accountId, created } = await ensureAccount(
        db,
        { platform: 'telegram', id: '1' },
        { username: null, displayName: 'Аня', claimed: true, reachable: true },
        { now, newId: () => newId(now.getTime()), timeZone: 'Europe/Moscow' },
      )
      expect(created).toBe(true)
      await db.kysely.insertInto('ttfd.settings').values({ key: 'mine', value: '1' }).execute()
      found.push({ db, id: accountId, settings: settings.length })
      await giveBack()
    }
    expect(found[1]).toEqual(found[0])
  })

  test.each(CHANGES)('is not taken for unchanged after: %s', async (change) => {
    const db = await freshDatabase(kind)
    const before = await fingerprint(db.kysely)
    const undone = new Error('undone')
    const after = db.transaction(async (tx) => {
      await sql.raw(change).execute(tx)
      expect(await fingerprint(tx)).not.toBe(before)
      throw undone
    })
    await expect(after).rejects.toBe(undone)
    expect(await fingerprint(db.kysely)).toBe(before)
  })
})
