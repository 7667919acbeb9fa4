import type { AvatarImage } from './avatars.js'

/** More is no small picture, whatever its file's size: a few bytes can unfold to gigabytes. */
const PIXELS_A_SIDE_MAX = 1_024
const PNG_MARK = 0x89504e47
/** Frame headers of JPEG, without the tables that share their range. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf])

/** Takes bytes for a picture by what they are, not by what they are called: PNG or JPEG of modest size; else null. */
export function readAvatarImage(bytes: Buffer): AvatarImage | null {
  const size = bytes.length > 24 && bytes.readUInt32BE(0) === PNG_MARK ? pngSize(bytes) : jpegSize(bytes)
  if (!size?.sides.every((side) => side > 0 && side <= PIXELS_A_SIDE_MAX)) return null
  return { mediaType: size.mediaType, bytes }
}

type Size = { mediaType: AvatarImage['mediaType']; sides: readonly number[] }

function pngSize(bytes: Buffer): Size | null {
  if (bytes.toString('latin1', 12, 16) !== 'IHDR') return null
  return { mediaType: 'image/png', sides: [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] }
}

function jpegSize(bytes: Buffer): Size | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null
  for (let at = 2; at + 9 < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (bytes[at] !== 0xff) return null
    if (FRAMES.has(bytes[at + 1] ?? 0)) {
      return { mediaType: 'image/jpeg', sides: [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)] }
    }
  }
  return null
}
