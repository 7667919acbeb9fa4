// Awards as a busy Discord server brings them, for the benches of the writer.
// @ts-check
import { foldDaySumsDuty } from '../../dist/core/progression/day-sums.js'

const FIRST_ID = 1_000_000_000_000_000_000n
// A member's messages lie so far apart that each pays and no day's cap is reached.
const APART_MS = 1_200_000
const BACK_MS = 60 * 86_400_000

/** A bench member's id on Discord (see bench-database.js). @param {number} account */
export function discordIdOf(account) {
  return String(FIRST_ID + BigInt(account))
}

/**
 * A message of a member, unlike any other.
 * @param {{ key: string, member: string, at: Date, serial: number }} about
 */
export function message({ key, member, at, serial }) {
  return {
    key: `discord:message:${key}`,
    who: /** @type {const} */ ({ platform: 'discord', id: member }),
    occurredAt: at,
    source: /** @type {const} */ ('discord'),
    act: {
      type: /** @type {const} */ ('message'),
      length: 60,
      // Sixteen digits that have nothing in common with the member's last five.
      fingerprint: Math.imul(serial, 0x9e3779b1).toString(16).replace('-', '').padStart(8, '0').repeat(2),
      multiplier: 1,
      place: '1100000000000000001',
    },
  }
}

/**
 * Makes messages of all members in turn, spread over the table, under keys that grow as real message ids do.
 * @param {number} accounts
 */
export function messageSource(accounts) {
  const began = Date.now() - BACK_MS
  const firstId = BigInt(Date.now() - 1_420_070_400_000) << 22n
  const members = Array.from({ length: accounts }, (_, n) => discordIdOf(n + 1))
  let serial = 0
  return () => {
    serial += 1
    return message({
      key: String(firstId + BigInt(serial)),
      member: members[(serial * 7919) % accounts] ?? '',
      at: new Date(began + Math.floor(serial / accounts) * APART_MS),
      serial,
    })
  }
}

/**
 * Keeps `inFlight` awards waiting until `until` says stop, and tells how many were answered.
 * @param {import('../../dist/core/progression/award-writer.js').AwardWriter} writer
 * @param {ReturnType<typeof messageSource>} next
 * @param {{ inFlight: number, until: (done: number) => boolean }} how
 */
export async function keepAwarding(writer, next, { inFlight, until }) {
  let done = 0
  const caller = async () => {
    while (!until(done)) {
      const outcome = await writer.award(next())
      if (outcome.status !== 'recorded') throw new Error(`an award was ${outcome.status}`)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: inFlight }, caller))
  return done
}

/**
 * Awards a second with `inFlight` waiting at a time. The fold of the daily sums, which the program's leader does later,
 * belongs to the work: it is in the time.
 * @param {{ db: Parameters<typeof foldDaySumsDuty>[0], writer: import('../../dist/core/progression/award-writer.js').AwardWriter,
 *   next: ReturnType<typeof messageSource>, inFlight: number }} load
 * @param {number} seconds
 */
export async function awardsPerSecond({ db, writer, next, inFlight }, seconds) {
  const began = performance.now()
  const end = began + seconds * 1000
  const done = await keepAwarding(writer, next, { inFlight, until: () => performance.now() >= end })
  await foldDaySumsDuty(db)
  return done / ((performance.now() - began) / 1000)
}
