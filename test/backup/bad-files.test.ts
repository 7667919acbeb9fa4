import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { createKeyedHash } from '../../src/db/keyed-hash.js'
import { freshFolder, sharedInstallation } from '../cli/support.js'
import { everything, forge } from './support.js'

const place = sharedInstallation('postgres')
let file = ''
let before: Awaited<ReturnType<typeof everything>>
let folder = ''
const undo: (() => void)[] = []

beforeAll(async () => {
  folder = freshFolder((step) => undo.push(() => void step()))
  file = join(folder, 'good.gz')
  const { run, earn, db } = place()
  for (let n = 0; n < 50; n++) await earn(String(70_000 + n), 5 + n)
  expect(await run(['backup', file], {}, { cwd: folder })).toMatchObject({ code: 0 })
  before = await everything(db)
  return () => {
    for (const step of undo) step()
  }
})

/** Tries to restore a file over the database, with everything said that lets a good one in. */
const attempt = (path: string) =>
  place().run(['restore', path, '--replace', '--json'], {}, { input: place().db.place })

const unchanged = async () => expect(await everything(place().db)).toEqual(before)
const error = (out: string) => (JSON.parse(out) as { error: { code: string } }).error.code

describe('a file that is not whole changes nothing', () => {
  test.each([
    ['an empty file', 'not_a_backup', () => Buffer.alloc(0)],
    ['text', 'not_a_backup', () => Buffer.from('select 1; drop table unified_users')],
    ["somebody else's gzip", 'not_a_backup', () => gzipSync('hello\nworld\n')],
    ['JSON of another kind', 'not_a_backup', () => gzipSync('{"a": 1}\n')],
    ['its first half', 'truncated', (good: Buffer) => good.subarray(0, good.length / 2)],
    ['all but the last bytes', 'truncated', (good: Buffer) => good.subarray(0, -12)],
    ['a later format', 'newer', () => gzipSync('{"ttfd_backup": 2}\n')],
    [
      'a flipped byte in the middle',
      'damaged',
      (good: Buffer) => {
        const bad = Buffer.from(good)
        const at = Math.floor(bad.length / 2)
        bad[at] = (bad[at] ?? 0) ^ 0xff
        return bad
      },
    ],
  ])('%s', async (_, code, make) => {
    const path = join(folder, 'bad.gz')
    writeFileSync(path, make(readFileSync(file)))
    const { code: exit, out } = await attempt(path)
    expect([exit, error(out)]).toEqual([1, code])
    await unchanged()
  })

  test('a row taken out, though every line is whole', async () => {
    const path = join(folder, 'short.gz')
    const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n')
    const at = lines.findIndex((line) => line.startsWith('['))
    writeFileSync(path, gzipSync(lines.filter((_, n) => n !== at).join('\n')))
    expect(error((await attempt(path)).out)).toBe('damaged')
    await unchanged()
  })
})

describe('a file that is whole and made by somebody with plans', () => {
  const first = (lines: string[], word: string) => lines.findIndex((line) => line.includes(word))
  const table = (name: string, column: string) =>
    JSON.stringify({ table: name, columns: [column], sequences: [] })
  const CASES: [what: string, fault: string, change: (lines: string[]) => string[]][] = [
    [
      'a table that we do not have',
      'foreign',
      (lines: string[]) => [...lines, table('ttfd.users; drop schema ttfd cascade', 'a')],
    ],
    [
      'a table of the database itself',
      'foreign',
      (lines: string[]) => [...lines, table('pg_catalog.pg_authid', 'rolname')],
    ],
    ['a path for a table', 'foreign', (lines: string[]) => [...lines, table('../../etc/passwd', 'a')]],
    [
      'sessions, which no backup holds',
      'foreign',
      (lines: string[]) => [...lines, table('ttfd.website_sessions', 'id')],
    ],
    [
      'SQL for a column',
      'foreign',
      (lines: string[]) =>
        lines.map((line) =>
          line.replace('"dedupe_key"', '"dedupe_key) values (1); drop table unified_users; --"'),
        ),
    ],
    [
      'a table twice',
      'damaged',
      (lines: string[]) => [...lines, lines[first(lines, '"ttfd.accounts"')] ?? ''],
    ],
    [
      'a table left out',
      'foreign',
      (lines: string[]) => {
        const at = first(lines, '"ttfd.api_keys"')
        return lines.filter((_, n) => n !== at)
      },
    ],
    [
      'a value of the wrong kind',
      'refused_by_database',
      (lines: string[]) =>
        lines.map((line, n) =>
          n === first(lines, '"ttfd.accounts"') + 1
            ? line.replace(/"\d+"/, '"1); drop table unified_users"')
            : line,
        ),
    ],
    [
      'an event of an account that is not there',
      'refused_by_database',
      (lines: string[]) => {
        const at = first(lines, '"ttfd.accounts"') + 1
        return lines.filter((_, n) => n !== at)
      },
    ],
    [
      'U+0000 in a name',
      'refused_by_database',
      (lines: string[]) => lines.map((line) => line.replace('"Аня"', '"\\u0000"')),
    ],
    [
      'migrations that are not ours',
      'foreign',
      (lines: string[]) => [(lines[0] ?? '').replace(/"checksum":"../, '"checksum":"00'), ...lines.slice(1)],
    ],
    [
      'a newer schema',
      'newer',
      (lines: string[]) => [
        (lines[0] ?? '').replace(
          /\}\],"id_hash/,
          `},{"number":999,"checksum":"${'a'.repeat(64)}"}],"id_hash`,
        ),
        ...lines.slice(1),
      ],
    ],
  ]
  /** They end where another one of the list ends too. */
  const SELDOM = [
    'a table of the database itself',
    'a path for a table',
    'sessions, which no backup holds',
    'a table left out',
  ]
  test.each(CASES.filter(([what]) => process.env.LONG || !SELDOM.includes(what)))(
    '%s',
    async (_, code, change) => {
      const path = join(folder, 'forged.gz')
      forge(file, path, change)
      const { code: exit, out } = await attempt(path)
      expect([exit, error(out)], out).toEqual([1, code])
      await unchanged()
    },
  )

  test('signed anew and otherwise untouched it is taken: the attempts above fail for what they did', async () => {
    const path = join(folder, 'same.gz')
    forge(file, path, (lines) => lines)
    expect(await attempt(path)).toMatchObject({ code: 0 })
    await unchanged()
  })
})

describe('the command', () => {
  test('replaces no database by a slip', async () => {
    const { run, db } = place()
    const refused = await run(['restore', file])
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('--replace')])
    const nobody = await run(['restore', file, '--replace'])
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining(db.place)])
    const other = await run(['restore', file, '--replace'], {}, { input: 'да' })
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('Ничего не изменилось')])
    await unchanged()
    expect(await run(['restore'])).toMatchObject({ code: 2 })
    expect(await run(['restore', join(folder, 'nowhere.gz')])).toMatchObject({ code: 1 })
    expect(await run(['restore', folder])).toMatchObject({ code: 1 })
  })

  test('does nothing while the program runs on the database', async () => {
    const { db } = place()
    await sql`insert into ttfd.heartbeats values ('web', 'elsewhere:1:x:y', '{}', now(), now())`.execute(
      db.kysely,
    )
    const { code, out } = await attempt(file)
    expect([code, error(out)]).toEqual([1, 'in_use'])
    await sql`update ttfd.heartbeats set beat_at = now() - interval '1 minute'`.execute(db.kysely)
    expect(await attempt(file)).toMatchObject({ code: 0 })
    await unchanged()
  })

  test('writes over no file, and leaves none behind when it fails', async () => {
    const { run } = place()
    const size = statSync(file).size
    const again = await run(['backup', file])
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('уже есть')])
    expect(statSync(file).size).toBe(size)
    const nowhere = await run(['backup', join(folder, 'no', 'such.gz')])
    expect(nowhere.code).toBe(1)
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test('carries keys only when told to, and puts them where none are', async () => {
    const { run, env } = place()
    const text = (path: string) => gunzipSync(readFileSync(path)).toString('utf8')
    const key = readFileSync(join(env.DATA_DIR ?? '', 'id-hash-key'), 'utf8').trim()
    expect(text(file)).not.toContain(key)
    const withKeys = join(folder, 'keys.gz')
    expect(await run(['backup', withKeys, '--with-keys'])).toMatchObject({ code: 0 })
    expect(text(withKeys)).toContain(key)

    const dataDir = freshFolder()
    const fresh = { DATA_DIR: dataDir }
    const options = { input: place().db.place }
    expect(await run(['restore', withKeys, '--replace'], fresh, options)).toMatchObject({ code: 0 })
    expect(readFileSync(join(dataDir, 'id-hash-key'), 'utf8').trim()).toBe(key)
    expect(statSync(join(dataDir, 'id-hash-key')).mode & 0o777).toBe(0o600)
  })

  test('an older backup brings back nobody who was erased since, and not under another key', async () => {
    const { run, env, db } = place()
    const path = join(folder, 'with-erased.gz')
    await sql`insert into ttfd.erased_identities values (sha256('somebody'), '{}', now())`.execute(db.kysely)
    expect(await run(['backup', path])).toMatchObject({ code: 0 })
    const other = await run(
      ['restore', path, '--replace', '--json'],
      { ID_HASH_KEY: 'x'.repeat(40) },
      { input: db.place },
    )
    expect([other.code, error(other.out)]).toEqual([1, 'other_key'])

    const key = readFileSync(join(env.DATA_DIR ?? '', 'id-hash-key'), 'utf8').trim()
    const hash = createKeyedHash(() => key, 'erased ids').hash('identity:telegram:70007')
    await sql`insert into ttfd.erased_identities values (${hash}, '{"was": 1}', now())`.execute(db.kysely)
    const restored = await run(['restore', path, '--replace', '--json'], {}, { input: db.place })
    expect(JSON.parse(restored.out)).toMatchObject({ erased_again: 1 })
    const { rows } = await sql`select u.telegram_id, s.private, d.due_at <= now() as due from ttfd.deletions d
      join unified_users u on u.id = d.account_id join ttfd.account_settings s on s.account_id = d.account_id`.execute(
      db.kysely,
    )
    expect(rows).toEqual([{ telegram_id: '70007', private: true, due: true }])
  })
})
