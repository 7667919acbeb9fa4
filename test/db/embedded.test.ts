import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'kysely'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/db/connect.js'
import { DirectoryInUseError, lockDirectory } from '../../src/db/directory-lock.js'
import { embeddedSocketPath } from '../../src/db/embedded.js'
import { SharedBackend } from '../../src/db/shared-backend.js'
import { queryMessage, startupMessage } from '../../src/db/wire-frames.js'
import { grantOf, makeAward, writerOn } from '../support/awards.js'
import { built } from '../support/built.js'
import { ROOT } from '../support/program.js'
import { psqlEmbedded } from '../support/psql.js'
import { sharedDatabase } from '../support/shared-database.js'

function dataDirectory() {
  const dataDir = mkdtempSync(join(tmpdir(), 'ttfd-embedded-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  return dataDir
}

function migratedDirectory() {
  const dataDir = dataDirectory()
  cpSync(join(inject('embeddedTemplate'), 'pgdata'), join(dataDir, 'pgdata'), { recursive: true })
  return dataDir
}

describe('many connections on one session', () => {
  const shared = sharedDatabase('embedded')
  const connected = async () => {
    const client = shared.db.client()
    client.on('error', () => {})
    await client.connect()
    onTestFinished(() => client.end().catch(() => {}))
    return client
  }

  test('who opens a transaction keeps the session, the others wait in their order', async () => {
    const [a, b, c] = await Promise.all([connected(), connected(), connected()])
    await a.query('begin')
    const order: string[] = []
    const others = [b, c].map((client, n) =>
      client.query(`select ${n} as n`).then(() => order.push(`other ${n}`)),
    )
    await a.query('create temp table held (n int)')
    await a.query('insert into held values (1)')
    order.push('still a')
    await a.query('commit')
    await Promise.all(others)
    expect(order).toEqual(['still a', 'other 0', 'other 1'])
    await a.query('drop table held')
  })

  test('one that dies inside its transaction leaves nothing and blocks nobody', async () => {
    const [a, b] = await Promise.all([connected(), connected()])
    await a.query('begin')
    await a.query('create table half_made (n int)')
    const waiting = b.query(`select to_regclass('half_made') as found`)
    ;(a as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
    expect((await waiting).rows).toEqual([{ found: null }])
  })

  test('an error inside a transaction is rolled back and the next one is sound', async () => {
    const a = await connected()
    await a.query('begin')
    await expect(a.query('select 1 / 0')).rejects.toMatchObject({ code: '22012' })
    await expect(a.query('select 1')).rejects.toMatchObject({ code: '25P02' })
    await a.query('rollback')
    expect((await a.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  test('each connection has names of its own for prepared statements', async () => {
    const [a, b] = await Promise.all([connected(), connected()])
    expect((await a.query({ name: 'same', text: 'select 1 as n' })).rows).toEqual([{ n: 1 }])
    expect((await b.query({ name: 'same', text: 'select 2 as n' })).rows).toEqual([{ n: 2 }])
    expect((await a.query({ name: 'same', text: 'select 1 as n' })).rows).toEqual([{ n: 1 }])
    await a.end()
    const c = await connected()
    expect((await c.query({ name: 'same', text: 'select 3 as n' })).rows).toEqual([{ n: 3 }])
    const left = () => c.query(`select count(*) as n from pg_prepared_statements where name like '%same'`)
    await expect.poll(async () => (await left()).rows[0].n).toBe(2)
  })

  test('a writer that lost its connection writes on with a new one', async () => {
    const first = writerOn(shared.db)
    await first.award(makeAward(grantOf(1), { key: 'first' }))
    const second = writerOn(shared.db)
    expect((await second.award(makeAward(grantOf(1), { key: 'second' }))).status).toBe('recorded')
    await Promise.all([first.close(), second.close()])
    const third = writerOn(shared.db)
    expect((await third.award(makeAward(grantOf(1), { key: 'third' }))).status).toBe('recorded')
    await third.close()
  })

  test('announcements reach those who listen, and nobody else', async () => {
    const [a, b] = await Promise.all([connected(), connected()])
    const heard: string[] = []
    a.on('notification', ({ payload }) => heard.push(`a ${payload}`))
    b.on('notification', ({ payload }) => heard.push(`b ${payload}`))
    await a.query('listen news')
    const arrived = once(a, 'notification')
    await b.query(`select pg_notify('news', 'x'), 'listen' as word`)
    await arrived
    await b.query('select 1')
    expect(heard).toEqual(['a x'])
  })

  test('ten megabytes go in and out', async () => {
    const a = await connected()
    const text = 'ж'.repeat(5_000_000)
    const { rows } = await a.query('select $1::text as text, repeat($2, 1000000) as made', [
      text,
      'abcdefghij',
    ])
    expect(rows[0].text === text).toBe(true)
    expect(rows[0].made.length).toBe(10_000_000)
    const many = await a.query('select n, md5(n::text) as m from generate_series(1, 50000) as n')
    expect(many.rows.length).toBe(50_000)
  })

  test('reading from the client is refused with words, writing to it works', async () => {
    const a = await connected()
    await expect(a.query('copy ttfd.ranks from stdin')).rejects.toMatchObject({ code: '0A000' })
    await a.query('begin')
    await expect(a.query('copy ttfd.ranks from stdin')).rejects.toMatchObject({ code: '0A000' })
    await a.query('commit')
    // Words in a value are only words.
    expect((await a.query('select $1::text as words', ['copy from stdin'])).rows).toEqual([
      { words: 'copy from stdin' },
    ])
  })
})

describe('a guest at the socket', () => {
  const shared = sharedDatabase('embedded')
  const guest = (...args: string[]) => psqlEmbedded(shared.dataDir, args)

  test('psql reads and writes; the socket is its owner’s alone', async () => {
    expect(statSync(shared.dataDir).mode & 0o777).toBe(0o700)
    expect(statSync(embeddedSocketPath(shared.dataDir)).mode & 0o777).toBe(0o600)
    expect(await guest('-At', '-c', 'select count(*) from ttfd.ranks')).toMatchObject({
      code: 0,
      out: '20\n',
    })
    expect((await guest('-c', '\\d unified_users')).out).toContain('telegram_id')
    expect((await guest('-c', 'copy (select 1) to stdout')).out).toBe('1\n')
  })

  test('cannot end the database by COPY, nor take what the program prepared and listens to', async () => {
    const writer = writerOn(shared.db)
    await writer.award(makeAward(grantOf(1), { key: 'before' }))
    for (const statement of [
      'copy ttfd.ranks from stdin',
      '\\copy ttfd.ranks from stdin',
      'discard all',
      'deallocate all',
      'unlisten *',
    ]) {
      expect((await guest('-c', statement)).err).toContain('ERROR')
    }
    expect((await writer.award(makeAward(grantOf(1), { key: 'after' }))).status).toBe('recorded')
    await writer.close()
  })

  test('settings of a guest end where the program’s turn begins', async () => {
    const client = shared.db.client()
    await client.connect()
    await guest(
      '-c',
      'set search_path = nowhere',
      '-c',
      'set role pg_monitor',
      '-c',
      "set time zone 'Asia/Tokyo'",
    )
    const { rows } = await client.query(`select current_setting('search_path') as path, current_user as who,
      current_setting('TimeZone') <> 'Asia/Tokyo' as zone, (select count(*) from unified_users) >= 0 as works`)
    expect(rows).toEqual([{ path: 'public', who: 'postgres', zone: true, works: true }])
    await client.end()
  })

  test('a program that is attached works beside the one that owns the database', async () => {
    const attached = await openDatabase({
      dataDir: relative(process.cwd(), shared.dataDir),
      attach: 'if_running',
    })
    const [mine, theirs] = [writerOn(shared.db), writerOn(attached)]
    const who = { platform: 'telegram', id: '77' } as const
    await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        (n % 2 ? mine : theirs).award(makeAward(grantOf(1), { who, key: `both:${n}` })),
      ),
    )
    expect(
      await attached.kysely
        .selectFrom('unified_users')
        .select('xp')
        .where('telegram_id', '=', '77')
        .execute(),
    ).toEqual([{ xp: 50 }])
    await Promise.all([mine.close(), theirs.close()])
    await attached.close()
  })
})

test('a transaction that is left open and idle is ended, so that the others go on', async () => {
  const dataDir = join(migratedDirectory(), 'pgdata')
  const lite = await PGlite.create({ dataDir })
  onTestFinished(() => lite.close())
  const backend = new SharedBackend(async (bytes) => Buffer.from(await lite.execProtocolRaw(bytes)), {
    idleInTransactionMs: 50,
  })
  await backend.start()
  const [lazy, patient] = [backend.connect({ guest: true }), backend.connect()]
  const ended = new Promise<Error>((resolve) => lazy.once('error', resolve))
  lazy.write(startupMessage('postgres', 'postgres'))
  lazy.write(queryMessage('begin'))
  patient.write(startupMessage('postgres', 'postgres'))
  patient.resume()
  await once(lazy, 'readable')
  const answered = new Promise<string>((resolve) =>
    patient.on('data', (chunk: Buffer) => {
      if (chunk.includes('answer')) resolve('answered')
    }),
  )
  patient.write(queryMessage(`select 'answer'`))
  expect((await ended).message).toContain('idle in transaction')
  expect(await answered).toBe('answered')
})

test('closing ends guests and open transactions, and the data is there when it is opened again', async () => {
  const dataDir = migratedDirectory()
  const db = await openDatabase({ dataDir })
  await sql`insert into ttfd.settings (key, value) values ('kept', '1')`.execute(db.kysely)
  const psql = spawn('psql', ['-X', '-h', dataDir, '-U', 'postgres'], { stdio: ['pipe', 'pipe', 'ignore'] })
  onTestFinished(() => void psql.kill('SIGKILL'))
  psql.stdin.write(`begin; insert into ttfd.settings (key, value) values ('lost', '1'); select 'open';\n`)
  await once(psql.stdout, 'data')
  await db.close()
  expect(existsSync(embeddedSocketPath(dataDir))).toBe(false)
  const again = await openDatabase({ dataDir })
  const keys = await again.kysely
    .selectFrom('ttfd.settings')
    .select('key')
    .where('key', 'in', ['kept', 'lost'])
    .execute()
  expect(keys).toEqual([{ key: 'kept' }])
  await again.close()
  expect(readdirSync(dataDir)).toEqual(['pgdata'])
})

describe('the directory', () => {
  /** A process that runs a script, which stands where the packages are found. */
  function runScript(script: string, ...args: string[]) {
    const folder = mkdtempSync(join(ROOT, 'dist', 'test-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'script.mjs')
    writeFileSync(file, script)
    const child = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    return child
  }

  /** Another process of ours that opens the directory and then does as told. */
  async function opener(
    dataDir: string,
    then = 'setInterval(() => {}, 1000)',
  ): Promise<{ child: ChildProcess; said: string }> {
    const script = `
      import { openDatabase } from ${JSON.stringify(built('db/connect.js'))}
      import { PGlite } from '@electric-sql/pglite'
import { sql } from 'kysely'
      try {
        const db = await openDatabase({ dataDir: ${JSON.stringify(dataDir)} })
        await sql\`insert into ttfd.settings (key, value) values (\${'child:' + process.pid}, '1')\`.execute(db.kysely)
        console.log('open')
        ${then}
      } catch (error) {
        console.log(error.name + ' ' + error.pid)
        process.exit(0)
      }`
    const child = runScript(script)
    const [said] = await once(child.stdout, 'data')
    return { child, said: String(said).trim() }
  }

  test('has one owner; kill -9 frees it at once, and what was committed is there', async () => {
    const dataDir = migratedDirectory()
    const { child, said } = await opener(dataDir)
    expect(said).toBe('open')
    const failed = await openDatabase({ dataDir }).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(DirectoryInUseError)
    expect(failed).toMatchObject({ pid: child.pid })
    child.kill('SIGKILL')
    await once(child, 'exit')
    const db = await openDatabase({ dataDir })
    const rows = await db.kysely
      .selectFrom('ttfd.settings')
      .select('key')
      .where('key', '=', `child:${child.pid}`)
      .execute()
    expect(rows).toHaveLength(1)
    await db.close()
  })

  test('is not taken from a living owner that was silent for long', async () => {
    const dataDir = dataDirectory()
    const release = await lockDirectory(dataDir)
    const owner = join(dataDir, 'ttfd.lock')
    utimesSync(owner, new Date(0), new Date(0))
    await expect(lockDirectory(dataDir)).rejects.toMatchObject({ pid: process.pid })
    await release()
  })

  const runs = process.env.LONG ? 20 : 2
  test('of several processes that find its owner dead at once, one takes it over', {
    timeout: 60_000 + runs * 10_000,
  }, async () => {
    const script = `
      import { lockDirectory } from ${JSON.stringify(built('db/directory-lock.js'))}
      process.stdin.once('data', async () => {
        await lockDirectory(process.argv[2]).then(() => console.log('won'), () => console.log('lost'))
      })
      console.log('ready')`
    for (let run = 0; run < runs; run++) {
      const dataDir = dataDirectory()
      mkdirSync(join(dataDir, 'ttfd.lock'))
      const dead = { host: hostname(), pid: process.pid, started: 'long ago' }
      writeFileSync(join(dataDir, 'owner.json'), JSON.stringify(dead))
      const takers = await Promise.all(
        Array.from({ length: 5 }, async () => {
          const child = runScript(script, dataDir)
          await once(child.stdout, 'data')
          return child
        }),
      )
      const said = takers.map((child) => once(child.stdout, 'data'))
      for (const child of takers) child.stdin.write('go')
      const results = (await Promise.all(said)).map(([word]) => String(word).trim())
      expect(results.toSorted()).toEqual(['lost', 'lost', 'lost', 'lost', 'won'])
      for (const child of takers) child.kill('SIGKILL')
    }
  })

  test('of several calls that find its owner dead at once, one takes it over', async () => {
    for (let run = 0; run < 20; run++) {
      const dataDir = dataDirectory()
      const release = await lockDirectory(dataDir)
      writeFileSync(
        join(dataDir, 'owner.json'),
        JSON.stringify({ host: hostname(), pid: process.pid, started: 'long ago' }),
      )
      const takers = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(dataDir)))
      const won = takers.filter((taker) => taker.status === 'fulfilled')
      expect(won).toHaveLength(1)
      await won[0]?.value()
      await release()
      expect(readdirSync(dataDir)).toEqual([])
    }
  })
})
