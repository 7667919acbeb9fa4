import { ByteWriter } from './byte-writer.js'

/**
 * Arrays in PostgreSQL's binary format, for statements that carry hundreds of rows: the driver would else escape and
 * join every value as text, and the server would read it back letter by letter (together a fifth of such a statement).
 * `pg` sends a Buffer as a binary parameter, so the statement's cast (`$1::bigint[]`) must name the same type.
 */

const OID = { int8: 20, text: 25, json: 114, uuid: 2950, jsonb: 3802 }
const HEADER_BYTES = 20
const JSONB_VERSION = 1

// One place for putting an array together; what is handed out is a copy. It grows with the largest array.
const scratch = new ByteWriter(65_536)

/** For `bigint[]`. Safe integers only: anything else throws RangeError. */
export function int8Array(values: ArrayLike<number>): Buffer {
  const to = begin(OID.int8, values.length, values.length * 12)
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no safe integer`)
    to.int32(8)
    to.int32(Math.floor(value / 0x1_0000_0000))
    to.int32(value | 0)
  }
  return to.copy()
}

/** For `text[]`. */
export function textArray(values: readonly string[]): Buffer {
  return arrayOf(OID.text, values, (value, to) => to.utf8(value))
}

/** For `json[]`: `write` puts down each item's JSON text. */
export function jsonArrayOf<T>(items: readonly T[], write: (item: T, to: ByteWriter) => void): Buffer {
  return arrayOf(OID.json, items, write)
}

/** For `jsonb[]`: `write` puts down each item's JSON text. */
export function jsonbArrayOf<T>(items: readonly T[], write: (item: T, to: ByteWriter) => void): Buffer {
  return arrayOf(OID.jsonb, items, (item, to) => {
    to.byte(JSONB_VERSION)
    write(item, to)
  })
}

/** For `uuid[]`: each value in the usual form of 36 characters. */
export function uuidArray(values: readonly string[]): Buffer {
  const to = begin(OID.uuid, values.length, values.length * 20)
  for (const value of values) {
    to.int32(16)
    const { bytes } = to
    const end = to.at + 16
    let { at } = to
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
    to.at = end
  }
  return to.copy()
}

/** Dimensions, a flag for nulls (never), the elements' type, how many there are, and that they count from 1. */
function begin(oid: number, length: number, size: number): ByteWriter {
  scratch.at = 0
  scratch.room(HEADER_BYTES + size)
  scratch.int32(1)
  scratch.int32(0)
  scratch.int32(oid)
  scratch.int32(length)
  scratch.int32(1)
  return scratch
}

/** Elements of any length, each written by `write`. */
function arrayOf<T>(oid: number, items: readonly T[], write: (item: T, to: ByteWriter) => void): Buffer {
  const to = begin(oid, items.length, 0)
  for (const item of items) {
    // Room for the element's length, which is known afterwards.
    to.room(4)
    to.at += 4
    const start = to.at
    write(item, to)
    to.int32At(start - 4, to.at - start)
  }
  return to.copy()
}

const DASH = '-'.charCodeAt(0)

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  if (code >= 65 && code <= 70) return code - 55
  return -1
}
