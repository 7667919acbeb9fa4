import { once } from 'node:events'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { freshFolder, installation } from '../cli/support.js'
import { startCommand } from '../support/program.js'
import { everything } from './support.js'

const KILLS = process.env.LONG ? 20 : 1
const GATE = 4712

/** Rows are in, keys are put back: there a restore waits while the gate is shut, so that none ends before it is killed. */
const STOP_AT_THE_GATE = `
  create function public.stop_at_the_gate() returns event_trigger language plpgsql as $$
  declare has_rows boolean;
  begin
    if to_regclass('ttfd.audit_log') is null then return; end if;
    execute 'select exists (select from ttfd.audit_log)' into has_rows;
    if has_rows then perform pg_advisory_xact_lock_shared(${GATE}); end if;
  end $$;
  create event trigger stop_at_the_gate on ddl_command_end when tag in ('ALTER TABLE')
    execute function public.stop_at_the_gate()`

test(
  `a restore killed ${KILLS} times at a random moment has changed nothing, and the next one ends well`,
  async () => {
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
    await sql.raw(STOP_AT_THE_GATE).execute(db.kysely)
    const gate = db.client()
    await gate.connect()
    onTestFinished(() => gate.end())
    for (let n = 0; n < KILLS; n++) {
      await gate.query(`select pg_advisory_lock(${GATE})`)
      const child = startCommand(['restore', file, '--replace'], { cwd: folder, env })
      child.stdin.end(db.place)
      await filling(db, (n * 37) % 200)
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      expect(await exit, 'it was killed and had not ended').toEqual([null, 'SIGKILL'])
      await gate.query(`select pg_advisory_unlock(${GATE})`)
      // Waits for the server to notice, because the tables are locked until then.
      expect(await everything(db)).toEqual(before)
    }
    const done = await run(['restore', file, '--replace'], {}, { input: db.place })
    expect(done, done.err).toMatchObject({ code: 0 })
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from unified_users`.execute(db.kysely)
    expect(rows).toEqual([{ n: 1 }])
  },
  process.env.LONG ? 900_000 : 120_000,
)

/** Resolves when a restore writes rows or has written them, and a little later. */
async function filling(db: Awaited<ReturnType<typeof installation>>['db'], later: number): Promise<void> {
  for (;;) {
    const { rows } = await sql`select from pg_stat_activity where datname = current_database()
      and pid <> pg_backend_pid() and state = 'active'
      and (query like 'insert into ttfd.audit_log%' or wait_event = 'advisory' and query like 'alter table%')`.execute(
      db.kysely,
    )
    if (rows.length > 0) break
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await new Promise((resolve) => setTimeout(resolve, later))
}
