import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(4096)
let at = pool.length
// Many ids are made within one millisecond.
let moment = Number.NaN
let time = ''

/** A time-ordered id (UUID v7, RFC 9562): new rows land at one end of the index. */
export function newId(now: number): string {
  if (at + 10 > pool.length) {
    randomFillSync(pool)
    at = 0
  }
  const random = pool.subarray(at, at + 10)
  at += 10
  if (now !== moment) {
    const hex = now.toString(16).padStart(12, '0')
    time = `${hex.slice(0, 8)}-${hex.slice(8)}-7`
    moment = now
  }
  const tail = random.toString('hex')
  const variant = (0x8 | ((random[8] ?? 0) & 0x3)).toString(16)
  return `${time}${tail.slice(0, 3)}-${variant}${tail.slice(3, 6)}-${tail.slice(6, 18)}`
}
