import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Identity } from '../../src/core/accounts/identity.js'
import { eraseDue } from '../../src/core/deletion/erase-account.js'
import { keepAccount } from '../../src/core/deletion/keep-account.js'
import { startDeletion } from '../../src/core/deletion/start-deletion.js'
import { checkAccounts } from '../../src/core/doctor/check-accounts.js'
import { checkLedger } from '../../src/core/doctor/check-ledger.js'
import { checkMerges } from '../../src/core/doctor/check-merges.js'
import { applyAwards } from '../../src/core/progression/apply-awards.js'
import type { Act, AwardOutcome } from '../../src/core/progression/award.js'
import { type Database, runnerOf } from '../../src/db/connect.js'
import { createKeyedHash } from '../../src/db/keyed-hash.js'
import { freshMergers } from '../merging/support.js'
import type { Kind } from '../support/databases.js'
import { RULES } from '../support/rules.js'

export { discord, telegram } from '../linking/support.js'

export const HASH = createKeyedHash(() => 'the key of the erased in these tests', 'erased ids')

/** People who may leave for good, on a database that remembers them under a key. */
export async function freshLeavers(kind: Kind) {
  const people = await freshMergers(kind)
  people.db.keyedHash = HASH
  return Object.assign(people, {
    leave: async (who: Identity) =>
      startDeletion(people.db, { accountId: await people.idOf(who), by: 'website' }, people.context()),
    keep: (identity: Identity) => keepAccount(people.db, { identity }, people.context()),
    /** Lets a deletion's week be over. */
    weekLater: () => pass(people.db),
    erase: () => eraseDue(people.db, { random: (n) => randomInt(n) }),
    /** An act by the clock of the database, as the platforms hand it in: it may make the account. */
    async come(who: Identity, act: Act, key: string, occurredAt = new Date()): Promise<AwardOutcome> {
      const award = {
        key,
        who,
        occurredAt,
        source: who.platform,
        act,
        create: { username: `again_${who.id}`, displayName: `Снова ${who.id}` },
      }
      const { db } = people
      const [outcome] = await db.transaction((tx) =>
        applyAwards(runnerOf(tx), [award], {
          rules: RULES,
          newId: people.context().newId,
          keyedHash: db.keyedHash,
        }),
      )
      if (!outcome || outcome instanceof Error) throw outcome ?? new Error('no outcome')
      return outcome
    },
  })
}

/** Moves every deletion a week back, so that it is due now. */
async function pass(db: Database): Promise<void> {
  await sql`update ttfd.deletions set asked_at = asked_at - interval '168 hours', due_at = due_at - interval '168 hours'`.execute(
    db.kysely,
  )
}

/** Every row of every table that still holds one of these texts, as `table: row`. */
export async function tracesOf(db: Database, texts: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'ttfd')
    order by 1`.execute(db.kysely)
  const found: string[] = []
  for (const { name } of rows) {
    const hits = await sql<{ row: string }>`
      select t::text as row from ${sql.raw(name)} t
      where exists (select from unnest(${texts as string[]}::text[]) as x where position(x in t::text) > 0)`.execute(
      db.kysely,
    )
    found.push(...hits.rows.map(({ row }) => `${name}: ${row}`))
  }
  return found
}

/** Every row that hangs on one of these accounts, by the foreign keys of the live schema. */
export async function rowsOf(db: Database, accounts: readonly number[]): Promise<string[]> {
  const { rows } = await sql<{ name: string; col: string }>`
    select c.conrelid::regclass::text as name, a.attname as col
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = 'ttfd.accounts'::regclass and c.conrelid <> 'ttfd.accounts'::regclass
    order by 1, 2`.execute(db.kysely)
  expect(rows.length).toBeGreaterThan(10)
  const found: string[] = []
  for (const { name, col } of rows) {
    const { rows: hits } = await sql<{ n: number }>`
      select count(*)::int as n from ${sql.raw(name)} where ${sql.ref(col)} = any(${accounts as number[]}::bigint[])`.execute(
      db.kysely,
    )
    if ((hits[0]?.n ?? 0) > 0) found.push(`${name}.${col}`)
  }
  return found
}

/** What `doctor` proves of balances, identities and merges. */
export async function expectGreen(db: Database): Promise<void> {
  const findings = [
    ...(await checkAccounts(db.kysely)),
    ...(await checkLedger(db.kysely)),
    ...(await checkMerges(db.kysely)),
  ]
  expect(findings.filter(({ level }) => level !== 'ok')).toEqual([])
}
