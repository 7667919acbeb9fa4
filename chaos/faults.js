// @ts-check
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dice as throwDice } from './dice.js'
import { pause } from './record.js'

/** What answers of a platform are lost: of every call, now and then. */
const LOST = 0.06
const DELAYED = 0.35

/**
 * Makes things go wrong, one after the other, until the storm is over; everything is well again when this resolves,
 * but for programs that are dead.
 * @param {import('./record.js').Stage} stage
 */
export async function breakThings({ world, deeds, storm }) {
  const dice = throwDice(world.seed, 'faults')
  const faults = faultsOf(world, deeds, dice)
  const chosen = Object.keys(faults).filter((name) => world.database || !NEEDS_POSTGRES.has(name))
  // Each run has its own few, so that they meet each other often.
  const few = chosen.filter(() => dice.hits(0.6))
  const names = few.length > 0 ? few : chosen
  /** @type {string[]} */
  const done = []
  unsettle(world)
  const revive = keepAlive(world, storm)
  while (storm.isOn) {
    await pause(dice.between(200, 900))
    if (!storm.isOn) break
    const name = dice.of(names)
    done.push(name)
    await deeds.during(name, async () => faults[name]?.())
  }
  await revive
  world.telegram.control.behave()
  world.discord.control.trouble.clear()
  writeFileSync(join(world.hand, 'disk'), 'free')
  return done
}

/** These lose no call and no commit. */
export const HARMLESS = new Set(['clock_moved', 'updates_twice', 'gateway_dropped', 'dispatches_twice'])

const NEEDS_POSTGRES = new Set([
  'database_stopped',
  'database_crashed',
  'connections_cut',
  'commit_answer_lost',
  'silence',
  'disk_full',
  'power_cut',
])

/**
 * @param {import('./world.js').World} world
 * @param {import('./record.js').Deeds} deeds
 * @param {import('./dice.js').Dice} dice
 * @returns {Record<string, () => Promise<void>>}
 */
function faultsOf(world, deeds, dice) {
  const { server, database, programs, telegram, discord } = world
  /** @param {'fast' | 'immediate'} how @param {() => Promise<void>} meanwhile */
  const withoutDatabase = async (how, meanwhile) => {
    await server?.stop(how)
    try {
      await meanwhile()
    } finally {
      await server?.start()
    }
  }
  return {
    kill: async () => {
      await dice.of(programs).end('SIGKILL')
    },
    kill_all: async () => {
      await Promise.all(programs.map((program) => program.end('SIGKILL')))
    },
    database_stopped: () => withoutDatabase('fast', () => pause(dice.between(300, 2_000))),
    database_crashed: () => withoutDatabase('immediate', () => pause(dice.between(100, 1_000))),
    connections_cut: async () => {
      for (let n = dice.between(1, 4); n > 0; n--) {
        database?.wire.cut()
        await pause(dice.between(20, 300))
      }
    },
    commit_answer_lost: async () => {
      const sprung = database?.wire.cutInsteadOf('COMMIT')
      await Promise.race([sprung, pause(1_500)])
    },
    silence: async () => {
      database?.wire.swallow()
      await pause(dice.between(300, 2_500))
      database?.wire.pass()
      database?.wire.cut()
    },
    disk_full: () =>
      withoutDatabase('fast', async () => {
        await pause(dice.between(200, 700))
        writeFileSync(join(world.hand, 'disk'), 'full')
        await pause(dice.between(200, 900))
        writeFileSync(join(world.hand, 'disk'), 'free')
        await pause(dice.between(100, 400))
      }),
    power_cut: () =>
      withoutDatabase('fast', async () => {
        await pause(dice.between(500, 1_500))
        await Promise.all(programs.map((program) => program.end('SIGKILL')))
        forgetUnsynced(world)
      }),
    clock_moved: async () => {
      const minutes = dice.of([-20, -2, 0.5, 0.7, 2, 20])
      deeds.clockMovedMs += Math.max(0, minutes * 60_000)
      writeFileSync(join(world.hand, 'clock'), String(Math.round(minutes * 60_000)))
      await pause(dice.between(300, 1_500))
      // Going forward again after it was set back is one more move.
      if (minutes < 0) deeds.clockMovedMs += -minutes * 60_000
      writeFileSync(join(world.hand, 'clock'), '0')
    },
    updates_twice: async () => {
      telegram.control.repeatUpdates({ times: 2, as: dice.of(['same_batch', 'new_batches']) })
      await pause(dice.between(300, 1_500))
      telegram.control.repeatUpdates(undefined)
    },
    gateway_dropped: async () => {
      if (dice.hits(0.5)) discord.control.gateway.drop()
      else discord.control.gateway.invalidate({ resumable: dice.hits(0.5) })
    },
    dispatches_twice: async () => {
      const rule = discord.control.trouble.dispatch({
        event: 'MESSAGE_CREATE',
        does: { kind: 'repeat', times: 2 },
      })
      await pause(dice.between(300, 1_200))
      rule.lift()
    },
  }
}

/**
 * What always goes on a little: answers come late, some never.
 * @param {import('./world.js').World} world
 */
function unsettle({ telegram, discord, seed }) {
  const speaking = ['sendMessage', 'editMessageText', 'answerCallbackQuery']
  telegram.control.misbehave({ on: speaking, fault: { kind: 'delay', ms: 150 }, probability: DELAYED, seed })
  telegram.control.misbehave({ fault: { kind: 'lose_answer' }, probability: LOST, seed: seed + 1 })
  telegram.control.misbehave({ fault: { kind: 'lose_request' }, probability: LOST, seed: seed + 2 })
  const rest = /^\/(channels|guilds|users|webhooks|interactions)\//
  discord.control.trouble.request({ path: rest, does: { kind: 'delay', ms: 120 }, probability: DELAYED })
  discord.control.trouble.request({ path: rest, does: { kind: 'lose-after' }, probability: LOST })
  discord.control.trouble.request({ path: rest, does: { kind: 'lose-before' }, probability: LOST })
  discord.control.trouble.request({ path: rest, does: { kind: 'status', status: 502 }, probability: LOST })
}

/**
 * Starts what died again after a while, as an operator's service manager would.
 * @param {import('./world.js').World} world
 * @param {import('./record.js').Storm} storm
 */
async function keepAlive({ programs, seed }, storm) {
  const dice = throwDice(seed, 'service manager')
  while (storm.isOn) {
    await pause(dice.between(50, 700))
    if (storm.isOn) for (const program of programs) program.start()
  }
}

/**
 * A power cut: of each spool file no more is left than what was synced.
 * @param {import('./world.js').World} world
 */
function forgetUnsynced({ dataDir, hand }) {
  const spool = join(dataDir, 'spool')
  if (!existsSync(spool)) return
  for (const name of readdirSync(spool).filter((one) => /\.spool(\.new)?$/.test(one))) {
    const { ino, size } = statSync(join(spool, name))
    const note = join(hand, 'synced', String(ino))
    const synced = existsSync(note) ? Number(readFileSync(note, 'utf8')) : 0
    if (synced < size) truncateSync(join(spool, name), synced)
  }
}
