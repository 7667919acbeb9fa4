import { brotliCompress, constants, gzip } from 'node:zlib'

export type Encoding = 'br' | 'gzip'

const BR = /(?:^|[\s,])br(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))(?=\s*(?:[;,]|$))/i
const GZIP = /(?:^|[\s,])gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))(?=\s*(?:[;,]|$))/i

/** The best way to pack that a reader takes; null: as it is. */
export function encodingFor(accepted: string | undefined): Encoding | null {
  if (!accepted) return null
  if (BR.test(accepted)) return 'br'
  return GZIP.test(accepted) ? 'gzip' : null
}

// A page of 20 kB: 4 packs it as well as gzip's best in half of its time.
const BROTLI_QUALITY = 4

/** Packs a page, off this thread. */
export function pack(bytes: Uint8Array, encoding: Encoding): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, packed: Buffer) => (error ? reject(error) : resolve(packed))
    if (encoding === 'gzip') gzip(bytes, done)
    else brotliCompress(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }, done)
  })
}
