import { createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createPostgresDatabase } from '../support/databases.js'
import { freePort } from '../support/postgres-server.js'
import { freshFolder, ttfd } from './support.js'

/** A server that answers everybody with one error, as PostgreSQL words it on the wire. */
async function refusingServer(state: string, message: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      const fields = Buffer.from(`SFATAL\0VFATAL\0C${state}\0M${message}\0\0`)
      const frame = Buffer.alloc(5 + fields.length)
      frame.write('E')
      frame.writeInt32BE(4 + fields.length, 1)
      fields.copy(frame, 5)
      socket.end(frame)
    })
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  return `postgres://anna:s3cr3t@127.0.0.1:${port}/ttfd`
}

const sqlAt = (url: string) =>
  ttfd(['sql', 'SELECT COUNT(*) FROM unified_users'], { env: { DATABASE_URL: url, DATA_DIR: freshFolder() } })

describe('whoever meets an error reads what is wrong and what mends it', () => {
  test.each([
    [
      '28P01',
      'password authentication failed for user "anna"',
      'не приняла пароль пользователя anna',
      'DATABASE_URL',
    ],
    ['28000', 'role "anna" does not exist', 'не пускает пользователя anna', 'DATABASE_URL'],
    ['53300', 'sorry, too many clients already', 'закончились свободные соединения', 'max_connections'],
    ['57P03', 'the database system is starting up', 'ещё запускается', 'подожди'],
    ['3D000', 'database "ttfd" does not exist', 'Базы «ttfd» на 127.0.0.1 нет', 'createdb -h 127.0.0.1'],
  ])('%s: %s', async (state, message, what, mend) => {
    const { code, err, out } = await sqlAt(await refusingServer(state, message))
    expect(code).toBe(1)
    expect(out).toBe('')
    expect(err.split('\n')[0]).toContain(what)
    expect(err.split('\n')[1]).toMatch(/^Исправить: /)
    expect(err).toContain(mend)
    expect(err).not.toContain('s3cr3t')
  })

  test('nobody listens', async () => {
    const { code, err } = await sqlAt(`postgres://anna:s3cr3t@127.0.0.1:${await freePort()}/ttfd`)
    expect(code).toBe(1)
    expect(err).toMatch(/не отвечает: .*ECONNREFUSED/)
    expect(err).toContain('pg_isready -h 127.0.0.1')
    expect(err).not.toContain('s3cr3t')
  })

  test('a table is missing: the program says ttfd migrate, on both databases', async () => {
    const { url, drop } = await createPostgresDatabase('template0')
    onTestFinished(drop)
    for (const address of [url, '']) {
      const env = { DATABASE_URL: address, DATA_DIR: freshFolder() }
      for (const args of [
        ['sql', 'SELECT COUNT(*) FROM unified_users'],
        ['events'],
        ['account', 'show', '1'],
      ]) {
        const { code, err } = await ttfd(args, { env })
        expect(code).toBe(1)
        expect(err).toContain('Таблица unified_users не существует')
        expect(err).toContain('Исправить: ttfd migrate')
      }
    }
  })

  test('programs get the same as JSON', async () => {
    const url = await refusingServer('28P01', 'no')
    const { code, out, err } = await ttfd(['events', '--json'], {
      env: { DATABASE_URL: url, DATA_DIR: freshFolder(), LANG: 'en_GB.UTF-8' },
    })
    expect(code).toBe(1)
    expect(err).toBe('')
    expect(JSON.parse(out)).toMatchObject({
      error: { code: 'wrong_password', mend: expect.stringContaining('psql') },
    })
  })

  test('a wrong environment is listed whole, also before a start', async () => {
    const env = { PORT: 'x', SANDBOX: 'maybe', TELEGRAM_WEBHOOK_URL: 'https://a.example' }
    for (const args of [['start'], ['migrate'], ['events']]) {
      const { code, err } = await ttfd(args, { env })
      expect(code).toBe(1)
      expect(err).toContain('Настройки: 4 ошибки.')
      for (const name of ['PORT', 'SANDBOX', 'TELEGRAM_WEBHOOK_SECRET', 'TELEGRAM_BOT_TOKEN'])
        expect(err).toContain(`  ${name}: `)
    }
  })
})

describe('wrong use ends with 2 and points to the help', () => {
  test.each([
    [[], 'ttfd'],
    [['strat'], 'start?'],
    [['start', '--onyl', 'web'], '--onyl'],
    [['start', '--only', 'web,fax'], 'fax'],
    [['start', '--only'], '--only'],
    [['sql', 'SELECT', 'COUNT(*)'], 'кавычки'],
    [['account', 'show'], 'account'],
    [['events', 'wipe'], ''],
  ])('%j', async (args, words) => {
    const { code, out, err } = await ttfd(args, { env: { DATA_DIR: freshFolder() } })
    expect(code).toBe(2)
    expect(out + err).toContain(words)
  })

  test('help and version are no errors', async () => {
    const help = await ttfd(['help', 'start'])
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toContain('--only')
    expect(await ttfd(['--version'])).toEqual({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      err: '',
    })
  })
})

describe('the language of the terminal', () => {
  test.each([
    [{}, 'Команды «x» нет'],
    [{ LANG: 'C.UTF-8' }, 'Команды «x» нет'],
    [{ LANG: 'POSIX' }, 'Команды «x» нет'],
    [{ LANG: 'uk_UA.UTF-8' }, 'Команды «x» нет'],
    [{ LANG: 'en_US.UTF-8' }, 'There is no command "x"'],
    [{ LANG: 'ru_RU.UTF-8', LC_ALL: 'en_US.UTF-8' }, 'There is no command "x"'],
    [{ LANG: 'de_DE@euro' }, 'There is no command "x"'],
  ])('%j', async (env, words) => {
    expect((await ttfd(['x'], { env: { LANG: '', ...env } })).err).toContain(words)
  })
})
