/**
 * Arrays in PostgreSQL's binary format, for statements that carry hundreds of rows: the driver would else escape and
 * join every value as text, and the server would read it back letter by letter (together a fifth of such a statement).
 * `pg` sends a Buffer as a binary parameter, so the statement's cast (`$1::bigint[]`) must name the same type.
 */

const OID = { int8: 20, text: 25, uuid: 2950, jsonb: 3802 }
const HEADER_BYTES = 20
const JSONB_VERSION = 1

// One buffer for putting an array together; what is handed out is a copy. It grows with the largest array.
let scratch = Buffer.allocUnsafeSlow(65_536)
let view = new DataView(scratch.buffer)

/** For `bigint[]`. Safe integers only: anything else throws RangeError. */
export function int8Array(values: ArrayLike<number>): Buffer {
  const bytes = header(OID.int8, values.length, HEADER_BYTES + values.length * 12)
  let at = HEADER_BYTES
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no safe integer`)
    view.setInt32(at, 8)
    view.setInt32(at + 4, Math.floor(value / 0x1_0000_0000))
    view.setInt32(at + 8, value | 0)
    at += 12
  }
  return Buffer.from(bytes.subarray(0, at))
}

/** For `text[]`. */
export function textArray(values: readonly string[]): Buffer {
  return strings(OID.text, values, false)
}

/** For `jsonb[]`: each value is JSON text. */
export function jsonbArray(values: readonly string[]): Buffer {
  return strings(OID.jsonb, values, true)
}

/** For `uuid[]`: each value in the usual form of 36 characters. */
export function uuidArray(values: readonly string[]): Buffer {
  const bytes = header(OID.uuid, values.length, HEADER_BYTES + values.length * 20)
  let at = HEADER_BYTES
  for (const value of values) {
    bytes.writeInt32BE(16, at)
    at += 4
    const end = at + 16
    let high = -1
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      if (code === DASH) continue
      const digit = hexDigit(code)
      if (digit < 0 || at === end) throw new RangeError(`${value} is no uuid`)
      if (high < 0) high = digit
      else {
        bytes[at++] = high * 16 + digit
        high = -1
      }
    }
    if (at !== end || high >= 0) throw new RangeError(`${value} is no uuid`)
  }
  return Buffer.from(bytes.subarray(0, at))
}

function strings(oid: number, values: readonly string[], isJsonb: boolean): Buffer {
  let most = HEADER_BYTES
  // UTF-8 takes at most three bytes for each UTF-16 unit.
  for (const value of values) most += 5 + value.length * 3
  const bytes = header(oid, values.length, most)
  let at = HEADER_BYTES
  for (const value of values) {
    const start = at + 4
    let end = start
    if (isJsonb) bytes[end++] = JSONB_VERSION
    end += bytes.write(value, end)
    bytes.writeInt32BE(end - start, at)
    at = end
  }
  return Buffer.from(bytes.subarray(0, at))
}

/** Dimensions, a flag for nulls (never), the elements' type, how many there are, and that they count from 1. */
function header(oid: number, length: number, most: number): Buffer {
  if (scratch.length < most) {
    scratch = Buffer.allocUnsafeSlow(most * 2)
    view = new DataView(scratch.buffer)
  }
  scratch.writeInt32BE(1, 0)
  scratch.writeInt32BE(0, 4)
  scratch.writeInt32BE(oid, 8)
  scratch.writeInt32BE(length, 12)
  scratch.writeInt32BE(1, 16)
  return scratch
}

const DASH = '-'.charCodeAt(0)

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  if (code >= 65 && code <= 70) return code - 55
  return -1
}
