import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { eraseDue } from '../../src/core/deletion/erase-account.js'
import { createKeyedHash } from '../../src/db/keyed-hash.js'
import { sharedInstallation } from './support.js'

const KEY = 'a key for the erased that is long enough'

describe('an operator and restrictions', () => {
  const made = sharedInstallation('postgres')
  const installed = () => {
    const { db, run, earn } = made()
    db.keyedHash = createKeyedHash(() => KEY, 'erased ids')
    return { db, earn, run: (args: string[]) => run(args, { ID_HASH_KEY: KEY }) }
  }
  const audit = async () =>
    (await installed().db.kysely.selectFrom('ttfd.audit_log').selectAll().orderBy('id', 'desc').execute())[0]
  const restrictions = async (word: string) =>
    JSON.parse((await installed().run(['account', 'show', word, '--json'])).out).restrictions

  test('account show lists what is in force and what is over, who gave it, why, and until when', async () => {
    const { run, earn } = installed()
    const id = await earn('501', 10)
    expect(await restrictions(String(id))).toEqual([])
    const give = ['account', 'restrict', 'telegram:501', '--yes']
    await run([...give, '--kind', 'banned', '--reason', 'накрутка\u001b[31m'])
    await run(['account', 'lift', 'telegram:501', '--yes'])
    await run([...give, '--kind', 'unpaid', '--reason', 'спам', '--until', '2099-01-02'])
    expect(await restrictions('telegram:501')).toMatchObject([
      { kind: 'unpaid', reason: 'спам', until: '2099-01-02T00:00:00.000Z', inForce: true, liftedAt: null },
      { kind: 'banned', inForce: false, liftedBy: expect.stringMatching(/^cli/) },
    ])
    const { out } = await run(['account', 'show', String(id)])
    expect(out).toMatch(/ограничение +без начислений, действует, спам, до 2099-01-02/)
    expect(out).toMatch(/ограничение +заблокирован, снято \d{4}-/)
    expect(out).not.toContain('\u001b')
  })

  test('what an identity took along is shown and lifted where it has no account, and written down', async () => {
    const { db, run } = installed()
    const carried = {
      kind: 'banned',
      reason: 'ферма',
      by: 'cli:op',
      since: '2026-01-01T00:00:00Z',
      until: null,
    }
    const over = { ...carried, until: '2026-01-02T00:00:00Z' }
    await sql`insert into ttfd.identities (platform, platform_id, marks)
      values ('telegram', '502', ${JSON.stringify({ restrictions: [carried, over], highest_rank_paid: 3 })})`.execute(
      db.kysely,
    )
    expect(await restrictions('telegram:502')).toEqual([carried])
    expect((await run(['account', 'show', 'telegram:502'])).out).toContain('ttfd account lift telegram:502')
    const lifted = await run(['account', 'lift', 'telegram:502', '--yes', '--reason', 'ошибка', '--json'])
    expect(JSON.parse(lifted.out)).toEqual({ account: null, identity: 'telegram:502', lifted: 1 })
    expect(await audit()).toMatchObject({
      act: 'identity_lift',
      account_id: null,
      detail: { identity: 'telegram:502', lifted: 1, reason: 'ошибка' },
    })
    // What it was paid stays remembered.
    const { rows } = await sql`select marks from ttfd.identities where platform_id = '502'`.execute(db.kysely)
    expect(rows).toEqual([{ marks: { highest_rank_paid: 3 } }])
    expect((await run(['account', 'lift', 'telegram:502', '--yes'])).code).toBe(1)
    expect((await run(['account', 'show', 'telegram:502'])).code).toBe(1)
    expect((await run(['account', 'lift', 'telegram:777', '--yes'])).code).toBe(1)
  })

  test('so is what an erased person would be born with again; the id is written nowhere', async () => {
    const { db, run, earn } = installed()
    await earn('503042', 10)
    await run(['account', 'restrict', 'telegram:503042', '--kind', 'banned', '--reason', 'ферма', '--yes'])
    const gone = await run(['account', 'delete', 'telegram:503042', '--yes'])
    expect([gone.code, gone.err]).toEqual([0, ''])
    await sql`update ttfd.deletions set asked_at = asked_at - interval '168 hours', due_at = due_at - interval '168 hours'`.execute(
      db.kysely,
    )
    await eraseDue(db, { random: () => 0 })
    expect(await restrictions('telegram:503042')).toMatchObject([{ kind: 'banned', reason: 'ферма' }])
    expect((await run(['account', 'lift', 'telegram:503042', '--yes'])).out).toContain('снято 1')
    expect(await audit()).toMatchObject({ act: 'identity_lift', detail: { lifted: 1 } })
    const { rows } = await sql`select a::text from ttfd.audit_log a`.execute(db.kysely)
    expect(JSON.stringify(rows)).not.toContain('503042')
    expect((await run(['account', 'show', 'telegram:503042'])).code).toBe(1)
  })
})
