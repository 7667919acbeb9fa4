import { once } from 'node:events'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { freshFolder, installation } from '../cli/support.js'
import { startCommand } from '../support/program.js'
import { everything } from './support.js'

const KILLS = process.env.LONG ? 20 : 1

test(`a restore killed ${KILLS} times at a random moment has changed nothing, and the next one ends well`, async () => {
  const { db, env, run, earn } = await installation('postgres')
  await earn('1', 10)
  await sql`insert into ttfd.audit_log (actor, act) select 'x', 'row ' || i from generate_series(1, 30000) i`.execute(
    db.kysely,
  )
  const folder = freshFolder()
  const file = join(folder, 'a.gz')
  expect(await run(['backup', file])).toMatchObject({ code: 0 })
  await earn('2', 20)
  const before = await everything(db)
  for (let n = 0; n < KILLS; n++) {
    const child = startCommand(['restore', file, '--replace'], { cwd: folder, env })
    child.stdin.end(db.place)
    await filling(db, (n * 37) % 200)
    child.kill('SIGKILL')
    await once(child, 'exit')
    // Waits for the server to notice, because the tables are locked until then.
    expect(await everything(db)).toEqual(before)
  }
  const done = await run(['restore', file, '--replace'], {}, { input: db.place })
  expect(done, done.err).toMatchObject({ code: 0 })
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from unified_users`.execute(db.kysely)
  expect(rows).toEqual([{ n: 1 }])
}, 120_000)

/** Resolves when a restore writes rows, and a little later. */
async function filling(db: Awaited<ReturnType<typeof installation>>['db'], later: number): Promise<void> {
  for (;;) {
    const { rows } = await sql`select from pg_stat_activity where datname = current_database()
      and pid <> pg_backend_pid() and query like 'insert into ttfd.audit_log%' and state = 'active'`.execute(
      db.kysely,
    )
    if (rows.length > 0) break
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await new Promise((resolve) => setTimeout(resolve, later))
}
