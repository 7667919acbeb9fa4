// @ts-check
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readLedger } from '../ledger.js'
import { Replay } from '../model/replay.js'
import { pause } from '../record.js'
import { missingActs } from './acts.js'
import { wrongMembers } from './members.js'
import { wrongNotices } from './notices.js'

const DOCTOR_MS = 20_000

/**
 * Everything that is not as it must be at the end of a run, in words; empty when all is well.
 * @param {import('../world.js').World} world
 * @param {import('../record.js').Deeds} deeds
 * @param {import('pg').Client} client
 */
export async function verify(world, deeds, client) {
  const ledger = await readLedger(client)
  const replay = new Replay(deeds, ledger)
  return [
    ...deeds.wrongAnswers,
    ...world.programs.flatMap(({ crashes }) => crashes.map((crash) => `a process ended by itself: ${crash}`)),
    ...replay.wrong,
    ...missingActs(deeds, ledger, replay),
    ...tooMuchVoice(deeds, ledger),
    ...wrongMembers(world, deeds, ledger, replay),
    ...wrongNotices(world, deeds, ledger),
    ...leftOver(world),
    ...(await doctor(world)),
  ]
}

/**
 * Nobody was paid for more minutes than there were, clocks that ran ahead counted in. (Not one by one: which moment of
 * a fault was still watched only the program knows.)
 * @param {import('../record.js').Deeds} deeds
 * @param {import('../ledger.js').Ledger} ledger
 */
function tooMuchVoice({ voices, startedAt, clockMovedMs }, { events }) {
  const minutes = Math.floor((Date.now() - startedAt + clockMovedMs) / 60_000)
  return [...voices].flatMap((id) => {
    const paid = events.filter(({ key }) => key.startsWith(`voice:${id}:`)).length
    return paid > minutes ? [`discord:${id} was paid ${paid} minutes of voice out of ${minutes}`] : []
  })
}

/** @param {import('../world.js').World} world */
function leftOver({ dataDir }) {
  const spool = join(dataDir, 'spool')
  const left = existsSync(spool) ? readdirSync(spool) : []
  return left.filter((name) => !name.endsWith('.lock')).map((name) => `the spool still holds ${name}`)
}

/**
 * The doctor finds nothing; parts that are on their way back are given a moment.
 * @param {import('../world.js').World} world
 */
async function doctor(world) {
  const end = Date.now() + DOCTOR_MS
  for (;;) {
    const wrong = await askDoctor(world)
    if (wrong.length === 0 || Date.now() > end) return wrong
    await pause(1_000)
  }
}

/** @param {import('../world.js').World} world */
async function askDoctor({ programs }) {
  const answer = await programs[0]?.cli('doctor', '--json')
  if (!answer) return ['there is no program']
  try {
    /** @type {{ findings: { level: string, message: string }[] }} */
    const { findings } = JSON.parse(answer.out)
    const failed = findings.filter(({ level }) => level === 'fail').map(({ message }) => `doctor: ${message}`)
    return answer.code === 0 ? failed : [...failed, `doctor ended with ${answer.code}`]
  } catch {
    return [`doctor said: ${answer.out}${answer.err}`]
  }
}
