import { readdirSync } from 'node:fs'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { installation } from './support.js'

test('a bench measures on a database of its own, says what it means, and leaves no trace', async () => {
  const { run, db, env } = await installation('postgres')
  const databases = async () =>
    (
      await sql<{
        name: string
      }>`select datname as name from pg_database where datname like 'ttfd\\_bench%'`.execute(db.kysely)
    ).rows
  const { code, out } = await run(['bench', '--rounds', '1', '--json'])
  expect(code).toBe(0)
  const found = JSON.parse(out) as Record<string, number>
  for (const name of [
    'awardsPerSecond',
    'loneAwardMs',
    'profileMs',
    'placeMs',
    'syncsPerSecond',
    'plainInsertsPerSecond',
  ])
    expect(found[name], name).toBeGreaterThan(0)
  expect(await databases()).toEqual([])
  expect(readdirSync(env.DATA_DIR ?? '').filter((name) => name.startsWith('bench-'))).toEqual([])
  const users = await sql`select from unified_users`.execute(db.kysely)
  expect(users.rows).toEqual([])
  expect((await run(['bench', '--rounds', 'many'])).code).toBe(2)
})

test('who may make no database is told what to grant', async () => {
  const { run, db, env } = await installation('postgres')
  await sql`create role "bench weak" login`.execute(db.kysely)
  const url = new URL(env.DATABASE_URL ?? '')
  url.username = 'bench weak'
  try {
    const { code, err } = await run(['bench'], { DATABASE_URL: url.toString() })
    expect([code, err]).toEqual([1, expect.stringContaining('ALTER ROLE "bench weak" CREATEDB')])
  } finally {
    await sql`drop role "bench weak"`.execute(db.kysely)
  }
})
