// @ts-check
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeCrowd } from './acts/crowd.js'
import { breakThings } from './faults.js'
import { openRounds, unrest } from './ledger.js'
import { Deeds, pause, Storm, until } from './record.js'
import { verify } from './verify/verify.js'
import { makeWorld } from './world.js'

const CALM_MS = 45_000
const STOP_MS = 15_000
const TIERS = 'FEDCBAS'

/**
 * One run: everybody acts, things break, everything is mended, and what is there is held against what must be.
 * @param {object} options
 * @param {number} options.seed
 * @param {'postgres' | 'embedded'} options.kind
 * @param {string | null} options.mutation
 * @param {number} options.stormMs
 * @param {import('../test/support/postgres-server.js').PostgresServer | null} options.server
 */
export async function oneRun({ seed, kind, mutation, stormMs, server }) {
  const began = Date.now()
  const world = await makeWorld({ seed, kind, mutation, server })
  const deeds = new Deeds()
  const storm = new Storm()
  /** @type {string[]} */
  let wrong = []
  /** @type {string[]} */
  let faults = []
  try {
    const crowd = await settleIn({ world, deeds, storm })
    const acting = crowd.act()
    const breaking = breakThings({ world, deeds, storm })
    await pause(stormMs)
    storm.isOn = false
    faults = await breaking
    for (const program of world.programs) program.start()
    await Promise.all(world.programs.map((program) => program.ready()))
    await withTimeout(acting, CALM_MS, 'somebody never came to an end')
    storm.isOver = true
    wrong = await look(world, deeds, crowd)
  } catch (error) {
    wrong.push(error instanceof Error ? `${error.message}` : String(error))
  } finally {
    storm.isOn = false
    storm.isOver = true
  }
  await world.close({ keep: wrong.length > 0 })
  return {
    seed,
    kind,
    shape: world.shape.map((only) => only || 'all').join(' | '),
    acts: deeds.acts,
    faults,
    seconds: (Date.now() - began) / 1000,
    wrong,
    directory: world.directory,
    database: world.database?.name ?? null,
  }
}

/** Starts everything in peace. @param {import('./record.js').Stage} stage */
async function settleIn(stage) {
  const { world } = stage
  const [first] = world.programs
  if (!first) throw new Error('a world has a program')
  for (const program of world.programs) program.start()
  await Promise.all(world.programs.map((program) => program.ready()))
  const roles = [...TIERS].map((tier) => {
    const role = world.discord.control.find.role(world.guild, `tier-${tier.toLowerCase()}`)
    return `${tier}=${role.id}`
  })
  asked(await first.cli('roles', 'map', world.guild.id, ...roles))
  const keys = await Promise.all(
    ['capped', 'free'].map(async (name) => {
      const scopes = ['--scopes', 'awards,accounts:create', '--daily-xp', '1000000']
      const more = name === 'free' ? ['--uncapped'] : []
      const made = asked(await first.cli('key', 'create', name, ...scopes, ...more, '--json'))
      return { name, text: String(JSON.parse(made.out).key), capped: name !== 'free' }
    }),
  )
  const crowd = makeCrowd(stage, keys)
  await crowd.arrive()
  await crowd.riseTogether()
  return crowd
}

/** @param {{ code: number | null, out: string, err: string }} answer */
function asked(answer) {
  if (answer.code !== 0) throw new Error(`ttfd refused: ${answer.err}${answer.out}`)
  return answer
}

/**
 * Waits until nothing is left to do, compares, and stops the program as an operator would.
 * @param {import('./world.js').World} world
 * @param {Deeds} deeds
 * @param {Awaited<ReturnType<typeof settleIn>>} crowd
 */
async function look(world, deeds, crowd) {
  const client = await world.connect()
  try {
    // What was asked while nobody was there is done first, and may open rounds.
    await rest(world, deeds, client)
    await crowd.leave(await openRounds(client))
    const left = await rest(world, deeds, client)
    // Roles are compared a moment after they were looked at.
    await pause(300)
    const wrong = [...left.map((what) => `no rest: ${what}`), ...(await verify(world, deeds, client))]
    await client.end()
    return [...wrong, ...(await stopAll(world))]
  } finally {
    await client.end().catch(() => {})
  }
}

/**
 * Waits until everything has come to rest; gives what has not.
 * @param {import('./world.js').World} world
 * @param {Deeds} deeds
 * @param {import('pg').Client} client
 */
async function rest({ telegram, dataDir }, deeds, client) {
  const spool = join(dataDir, 'spool')
  /** @type {string[]} */
  let left = []
  const look = async () => {
    const kept = existsSync(spool) ? readdirSync(spool).filter((name) => name.endsWith('.spool')) : []
    left = [
      ...(telegram.control.lastUpdateConfirmed() < deeds.lastUpdate ? ['updates are not confirmed'] : []),
      ...(kept.length > 0 ? [`${kept.length} spool files are left`] : []),
      ...(await unrest(client, deeds)),
    ]
    return left.length === 0
  }
  await until(look, CALM_MS, 200)
  return left
}

/** @param {import('./world.js').World} world */
async function stopAll({ programs }) {
  const stopping = Promise.all(programs.map((program) => program.end('SIGTERM')))
  const codes = await withTimeout(stopping, STOP_MS, 'a process does not stop')
  return codes.flatMap((code) => (code === 0 ? [] : [`a process stopped with ${code}`]))
}

/** @template T @param {Promise<T>} work @param {number} ms @param {string} why @returns {Promise<T>} */
async function withTimeout(work, ms, why) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(why)), ms)
  })
  try {
    return await /** @type {Promise<T>} */ (Promise.race([work, late]))
  } finally {
    clearTimeout(timer)
  }
}
