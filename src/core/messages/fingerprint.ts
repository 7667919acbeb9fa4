import { createHmac } from 'node:crypto'

/**
 * A keyed 64-bit fingerprint of a message, 16 hex digits, in which alike texts lie close together (simhash over
 * keyed trigrams): enough to know a near-repeat, useless for reading the text without the key.
 */
export function fingerprint(text: string, key: string | Buffer): string {
  const plain = normalise(text)
  const weights = new Int32Array(64)
  for (const gram of grams(plain)) {
    const hash = createHmac('sha256', key).update(gram).digest()
    for (let bit = 0; bit < 64; bit++) {
      const set = ((hash[bit >> 3] ?? 0) >> (bit & 7)) & 1
      weights[bit] = (weights[bit] ?? 0) + (set ? 1 : -1)
    }
  }
  const bytes = Buffer.alloc(8)
  weights.forEach((weight, bit) => {
    if (weight > 0) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7))
  })
  return bytes.toString('hex')
}

const NEAR_BITS_MAX = 8

/** Whether two fingerprints belong to near-repeats of one text. */
export function isNear(a: string, b: string): boolean {
  let difference = BigInt(`0x${a}`) ^ BigInt(`0x${b}`)
  let bits = 0
  while (difference) {
    difference &= difference - 1n
    if (++bits > NEAR_BITS_MAX) return false
  }
  return true
}

const TEXT_MAX = 300

/** Case, spaces, digits, punctuation and stretched letters are no difference; a text of nothing else stands for itself. */
function normalise(text: string): string {
  const folded = text.slice(0, TEXT_MAX).normalize('NFKC').toLowerCase()
  const letters = folded.replace(/[^\p{L}]+/gu, '').replace(/(.)\1+/gu, '$1')
  return letters.length >= 2 ? letters : folded.replace(/\s+/g, '').replace(/(.)\1+/gu, '$1')
}

function grams(text: string): Set<string> {
  const points = [...text]
  const found = new Set<string>()
  if (points.length < 3) found.add(text)
  for (let at = 0; at + 3 <= points.length; at++) found.add(points.slice(at, at + 3).join(''))
  return found
}
