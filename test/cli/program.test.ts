import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { program } from '../support/program.js'
import { freshFolder } from './support.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('bin/ttfd looks before it leaps', () => {
  /** The package as it would lie on a disk, with only some of its parts. */
  function packageWith(parts: { modules?: boolean; dist?: boolean }) {
    const folder = freshFolder()
    mkdirSync(join(folder, 'bin'))
    cpSync(join(ROOT, 'bin/ttfd'), join(folder, 'bin/ttfd'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    if (parts.modules) symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    const run = (env: Record<string, string> = {}) =>
      spawnSync(process.execPath, ['bin/ttfd', 'doctor'], { cwd: folder, env, encoding: 'utf8' })
    return { folder, run }
  }

  test('without node_modules it names npm ci, in the language of the terminal', () => {
    const { folder, run } = packageWith({})
    const russian = run()
    expect(russian.status).toBe(1)
    expect(russian.stderr).toBe(`Пакеты программы не установлены.\nИсправить: cd ${folder}/ && npm ci\n`)
    expect(run({ LANG: 'en_US.UTF-8' }).stderr).toContain("The program's packages are not installed.\nMend: ")
  })

  test('without dist it names npm run build', () => {
    const { run } = packageWith({ modules: true })
    const { status, stderr } = run()
    expect(status).toBe(1)
    expect(stderr).toContain('Программа ещё не собрана.\nИсправить: ')
    expect(stderr).toContain('npm run build')
  })

  test('an old Node is told before anything else', () => {
    const { folder } = packageWith({})
    const old = join(folder, 'old.mjs')
    writeFileSync(
      old,
      `Object.defineProperty(process.versions, 'node', { value: '20.18.9' }); await import('./bin/ttfd')`,
    )
    // An extensionless file is a module here because of the package; import() needs to be told so.
    cpSync(join(folder, 'bin/ttfd'), join(folder, 'bin/ttfd.js'))
    writeFileSync(old, readFileSync(old, 'utf8').replace('./bin/ttfd', './bin/ttfd.js'))
    const { status, stderr } = spawnSync(process.execPath, [old], { env: {}, encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stderr).toContain('Нужен Node 20.19 или новее, а это 20.18.9.')
  })
})

describe('the built program on the embedded database', () => {
  test('lets a second ttfd look while it runs, tells a second start who holds the data, and ends within 5 s', async () => {
    const DATA_DIR = freshFolder()
    const running = program({ DATA_DIR, PORT: '0', SANDBOX: 'on' })
    await running.start()

    const count = running.cli('sql', 'SELECT COUNT(*) FROM unified_users;')
    expect(count).toMatchObject({ code: 0, err: '' })
    expect(count.out).toMatch(/count\n-+\n +0\n\(1 строка\)/)
    // Bots of a busy machine are up after the start's last line; each part says every few seconds how it is.
    const poor = () =>
      running.cli(
        'sql',
        '--json',
        "select part from ttfd.heartbeats where detail ->> 'ok' is distinct from 'true'",
      )
    await expect.poll(() => JSON.parse(poor().out), { timeout: 60_000, interval: 250 }).toEqual([])
    const doctor = running.cli('doctor', '--json')
    const bad = JSON.parse(doctor.out).findings.filter((finding: { level: string }) => finding.level !== 'ok')
    expect({ code: doctor.code, bad }).toEqual({ code: 0, bad: [] })
    expect(statSync(join(DATA_DIR, 'sandbox')).mode & 0o777).toBe(0o700)
    expect(statSync(join(DATA_DIR, 'sandbox/session-secret')).mode & 0o777).toBe(0o600)

    const second = running.cli('start')
    expect(second.code).toBe(1)
    expect(second.err).toMatch(/\(\d+\)|\d{2,}/)

    const { code, ms } = await running.end('SIGTERM')
    // After 5 s it would have ended itself with another code; how long it takes to be gone then is the machine's.
    expect(code).toBe(0)
    expect(ms).toBeLessThan(10_000)
    expect(running.output).toContain('Останавливаюсь…')
    // Nothing is left behind that would hold the next start up.
    expect(existsSync(join(DATA_DIR, 'sandbox/.s.PGSQL.5432'))).toBe(false)
    expect(running.cli('doctor').code).toBe(0)
  }, 300_000)

  test('a statement that it works on for too long is given up by ending the command, and the data stays sound', async () => {
    const DATA_DIR = freshFolder()
    const idle = program({ DATA_DIR, SANDBOX: 'on' })
    expect(idle.cli('migrate').code).toBe(0)
    // One row that takes minutes: no look at the time comes between rows, and the planner sees nothing of it.
    const { code, err } = idle.cli(
      'sql',
      `select count(*) from generate_series(1, 60000) n where length(repeat(md5(n::text), 200000)) = 0`,
    )
    expect(code).toBe(1)
    expect(err).toContain('не закончился за 5 секунд')
    expect(idle.cli('doctor', '--json').code).toBe(0)
  }, 300_000)

  test('a wrong environment ends a start with 1 and the whole list', async () => {
    const { code, err } = program({ DATA_DIR: freshFolder(), PORT: 'x', PAY: 'y' }).cli('start')
    expect(code).toBe(1)
    expect(err).toMatch(/PORT.*PAY/s)
  })
})
