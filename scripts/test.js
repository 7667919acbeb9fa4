// The README's test command: installs what the machine lacks, builds, checks style and types, runs every test.
// @ts-check
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'

const isLong = process.argv.includes('--long')

/** @param {string} command @param {string[]} args @param {Record<string, string>} [env] */
function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  return status === 0
}

/** @param {string} title */
const tell = (title) => void process.stdout.write(`\n== ${title}\n`)

/** @param {string} title @returns {never} */
function fail(title) {
  process.stderr.write(`\n${title}: failed\n`)
  process.exit(1)
}

/**
 * Runs a check beside the tests; resolves with what it said.
 * @param {string} title @param {string[]} args
 * @returns {Promise<{ title: string, output: string, isGood: boolean }>}
 */
function check(title, args) {
  return new Promise((resolve) => {
    const child = spawn('npx', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.once('error', (error) => resolve({ title, output: String(error), isGood: false }))
    child.once('close', (code) => resolve({ title, output, isGood: code === 0 }))
  })
}

function missingPackages() {
  const postgres = '/usr/lib/postgresql'
  const hasPostgres =
    existsSync(postgres) &&
    readdirSync(postgres).some((version) => existsSync(`${postgres}/${version}/bin/initdb`))
  const hasPsql = existsSync('/usr/bin/psql')
  const hasChromium = existsSync('/usr/bin/chromium')
  return [...(hasPostgres && hasPsql ? [] : ['postgresql']), ...(hasChromium ? [] : ['chromium'])]
}

function installMissing() {
  const missing = missingPackages()
  if (missing.length === 0) return
  process.stdout.write(`\n== Installing ${missing.join(', ')}\n`)
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const [command = 'apt-get', ...before] = [...prefix, 'apt-get']
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  run(command, [...before, 'update', '-qq'], env)
  run(command, [...before, 'install', '-y', '-qq', '--no-install-recommends', ...missing], env)
  const still = missingPackages()
  if (still.length > 0) {
    process.stderr.write(`Missing: ${still.join(', ')}. Mend: sudo apt-get install ${still.join(' ')}\n`)
    process.exit(1)
  }
}

installMissing()
tell('Build')
if (!run('npm', ['run', '--silent', 'build'])) fail('Build')

/** One after another: the tests beside them want the other processors. */
async function checkAll() {
  return [
    await check('Style', ['biome', 'check', '.']),
    await check('Types', ['tsc', '--noEmit']),
    await check('Unused code', ['knip']),
  ]
}

// The tests' databases are being made while these work, and they end long before the tests.
const checks = checkAll()

tell(`${isLong ? 'Tests, long' : 'Tests'}; beside them style, types and unused code`)
const env = { ...process.env, ...(isLong ? { LONG: '1' } : {}) }
const tests = spawn('npx', ['vitest', 'run'], { stdio: 'inherit', env })
const passed = await new Promise((resolve) => {
  tests.once('error', () => resolve(false))
  tests.once('close', (code) => resolve(code === 0))
})

const bad = (await checks).filter(({ isGood }) => !isGood)
for (const { title, output } of bad) {
  tell(title)
  process.stdout.write(output)
}
const failed = [...(passed ? [] : ['Tests']), ...bad.map(({ title }) => title)]
if (failed.length > 0) fail(failed.join(', '))
process.stdout.write('\nStyle, types, unused code and tests: all good\n')
