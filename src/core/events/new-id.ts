import { randomFillSync } from 'node:crypto'

const RANDOM_BYTES = 10
const pool = Buffer.alloc(RANDOM_BYTES * 400)
let at = pool.length
// Many ids are made within one millisecond.
let moment = Number.NaN
/** The id as text, put together in place: pieces of strings would weigh on every event. */
const text = Buffer.from('00000000-0000-7000-8000-000000000000')
const DIGITS = Buffer.from('0123456789abcdef')

/** Where the digits behind the time and the version stand, but for the variant's. */
const RANDOM_AT = [15, 16, 17, 20, 21, 22, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35]
const VARIANT_AT = 19

/** A time-ordered id (UUID v7, RFC 9562): new rows land at one end of the index. */
export function newId(now: number): string {
  if (at + RANDOM_BYTES > pool.length) {
    randomFillSync(pool)
    at = 0
  }
  if (now !== moment) {
    const hex = now.toString(16).padStart(12, '0')
    text.write(`${hex.slice(0, 8)}-${hex.slice(8)}`, 'latin1')
    moment = now
  }
  for (let n = 0; n < RANDOM_AT.length; n++) {
    const byte = pool[at + (n >> 1)] ?? 0
    text[RANDOM_AT[n] ?? 0] = DIGITS[(n & 1) === 0 ? byte >> 4 : byte & 15] ?? 0
  }
  text[VARIANT_AT] = DIGITS[0x8 | ((pool[at + RANDOM_BYTES - 1] ?? 0) & 0x3)] ?? 0
  at += RANDOM_BYTES
  return text.toString('latin1')
}
