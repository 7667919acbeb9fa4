import { crc32, deflateSync } from 'node:zlib'

export interface ImageFacts {
  type: 'image/png' | 'image/jpeg' | 'image/webp'
  width: number
  height: number
}

/** Reads type and size from an image's own header, or undefined when it is no PNG, JPEG or WebP. */
export function imageFacts(bytes: Uint8Array): ImageFacts | undefined {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (data.length > 24 && data.readUInt32BE(0) === 0x89504e47) {
    return { type: 'image/png', width: data.readUInt32BE(16), height: data.readUInt32BE(20) }
  }
  if (data.length > 4 && data.readUInt16BE(0) === 0xffd8) return jpegFacts(data)
  if (
    data.length > 30 &&
    data.toString('latin1', 0, 4) === 'RIFF' &&
    data.toString('latin1', 8, 12) === 'WEBP'
  ) {
    return webpFacts(data)
  }
  return undefined
}

function jpegFacts(data: Buffer): ImageFacts | undefined {
  let at = 2
  while (at + 9 < data.length) {
    if (data[at] !== 0xff) return undefined
    const marker = data[at + 1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) {
      return { type: 'image/jpeg', width: data.readUInt16BE(at + 7), height: data.readUInt16BE(at + 5) }
    }
    at += 2 + data.readUInt16BE(at + 2)
  }
  return undefined
}

function webpFacts(data: Buffer): ImageFacts | undefined {
  const kind = data.toString('latin1', 12, 16)
  if (kind === 'VP8X') {
    return { type: 'image/webp', width: data.readUIntLE(24, 3) + 1, height: data.readUIntLE(27, 3) + 1 }
  }
  if (kind === 'VP8 ') {
    return {
      type: 'image/webp',
      width: data.readUInt16LE(26) & 0x3fff,
      height: data.readUInt16LE(28) & 0x3fff,
    }
  }
  if (kind === 'VP8L') {
    const bits = data.readUInt32LE(21)
    return { type: 'image/webp', width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 }
  }
  return undefined
}

/** Draws a square PNG that fades from one colour (0xRRGGBB) to another: a picture for an invented person. */
export function gradientPng(size: number, from: number, to: number): Uint8Array {
  const rows = Buffer.alloc(size * (size * 3 + 1))
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const share = (x + y) / (2 * size)
      for (const [index, shift] of [16, 8, 0].entries()) {
        const start = (from >> shift) & 0xff
        const end = (to >> shift) & 0xff
        rows[y * (size * 3 + 1) + 1 + x * 3 + index] = Math.round(start + (end - start) * share)
      }
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const parts = [
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return new Uint8Array(Buffer.concat(parts))
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
