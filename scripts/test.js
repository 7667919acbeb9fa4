// The README's test command: installs what the machine lacks, builds, checks style and types, runs every test.
// @ts-check
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'

const isLong = process.argv.includes('--long')

/** @param {string} command @param {string[]} args @param {Record<string, string>} [env] */
function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  return status === 0
}

/** @param {string} title @param {string} command @param {string[]} args @param {Record<string, string>} [env] */
function step(title, command, args, env) {
  process.stdout.write(`\n== ${title}\n`)
  if (!run(command, args, env)) {
    process.stderr.write(`\n${title}: failed\n`)
    process.exit(1)
  }
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
step('Build', 'npm', ['run', '--silent', 'build'])
step('Style', 'npx', ['biome', 'check', '.'])
step('Types', 'npx', ['tsc', '--noEmit'])
step('Unused code', 'npx', ['knip'])
step(isLong ? 'Tests, long' : 'Tests', 'npx', ['vitest', 'run'], isLong ? { LONG: '1' } : {})
