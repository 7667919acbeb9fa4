// Awards as a busy Discord server brings them, for the benches of the writer.
// @ts-check

const DISCORD_EPOCH_IDS = 1_000_000_000_000_000_000n
// A member's messages lie so far apart that each pays and no day's cap is reached.
const APART_MS = 1_200_000
const BACK_MS = 60 * 86_400_000

/**
 * Makes messages of all members in turn, spread over the table, under keys that grow as real message ids do.
 * @param {number} accounts
 */
export function messageSource(accounts) {
  const began = Date.now() - BACK_MS
  const firstId = BigInt(Date.now() - 1_420_070_400_000) << 22n
  const members = Array.from({ length: accounts }, (_, id) => String(DISCORD_EPOCH_IDS + BigInt(id + 1)))
  let serial = 0
  return () => {
    serial += 1
    return {
      key: `discord:message:${firstId + BigInt(serial)}`,
      who: /** @type {const} */ ({ platform: 'discord', id: members[(serial * 7919) % accounts] ?? '' }),
      occurredAt: new Date(began + Math.floor(serial / accounts) * APART_MS),
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
