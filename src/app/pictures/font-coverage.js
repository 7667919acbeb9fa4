// Which characters a WOFF font has. Plain JavaScript: the drawing thread uses it, and a thread cannot load TypeScript.
// @ts-check

import { inflateSync } from 'node:zlib'

const TABLES_AT = 44
const ENTRY_BYTES = 20

/**
 * Reads the character map of a WOFF (version 1) file.
 * @param {Buffer} woff
 * @returns {Set<number>} code points; empty when the file has no map of a known format
 */
export function codePointsOf(woff) {
  /** @type {Set<number>} */
  const points = new Set()
  const cmap = tableOf(woff, 'cmap')
  if (!cmap) return points
  const count = cmap.readUInt16BE(2)
  for (let index = 0; index < count; index += 1) {
    const at = cmap.readUInt32BE(4 + index * 8 + 4)
    const format = cmap.readUInt16BE(at)
    if (format === 4) addSegments(cmap.subarray(at), points)
    if (format === 12) addGroups(cmap.subarray(at), points)
  }
  return points
}

/**
 * @param {Buffer} woff
 * @param {string} tag
 * @returns {Buffer | null}
 */
function tableOf(woff, tag) {
  const count = woff.readUInt16BE(12)
  for (let index = 0; index < count; index += 1) {
    const at = TABLES_AT + index * ENTRY_BYTES
    if (woff.toString('latin1', at, at + 4) !== tag) continue
    const [offset, packed, plain] = [4, 8, 12].map((field) => woff.readUInt32BE(at + field))
    const bytes = woff.subarray(offset, (offset ?? 0) + (packed ?? 0))
    return packed === plain ? bytes : inflateSync(bytes)
  }
  return null
}

/**
 * Format 4: segments of the basic plane.
 * @param {Buffer} map
 * @param {Set<number>} points
 */
function addSegments(map, points) {
  const double = map.readUInt16BE(6)
  const [ends, starts, deltas, offsets] = [14, 16 + double, 16 + 2 * double, 16 + 3 * double]
  for (let step = 0; step < double; step += 2) {
    const [end, start] = [map.readUInt16BE(ends + step), map.readUInt16BE(starts + step)]
    const [delta, offset] = [map.readUInt16BE(deltas + step), map.readUInt16BE(offsets + step)]
    for (let point = start; point <= end && point !== 0xffff; point += 1) {
      const at = offsets + step + offset + 2 * (point - start)
      const glyph = offset === 0 ? point + delta : at + 1 < map.length ? map.readUInt16BE(at) : 0
      if ((glyph & 0xffff) !== 0) points.add(point)
    }
  }
}

/**
 * Format 12: groups of all planes.
 * @param {Buffer} map
 * @param {Set<number>} points
 */
function addGroups(map, points) {
  const count = map.readUInt32BE(12)
  for (let index = 0; index < count; index += 1) {
    const at = 16 + index * 12
    const end = map.readUInt32BE(at + 4)
    for (let point = map.readUInt32BE(at); point <= end; point += 1) points.add(point)
  }
}
