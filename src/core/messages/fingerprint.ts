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

// A hundred ordinary chat lines lie 12 bits apart and more (test/core/fingerprint.test.ts), small edits mostly below.
const NEAR_BITS_MAX = 11

// How many bits are set in each half byte.
const BITS = [0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4]

/** Whether two fingerprints belong to near-repeats of one text. Read digit by digit: the hot path asks five times an award. */
export function isNear(a: string, b: string): boolean {
  let bits = 0
  for (let at = 0; at < a.length; at++) {
    bits += BITS[hexDigit(a.charCodeAt(at)) ^ hexDigit(b.charCodeAt(at))] ?? 0
    if (bits > NEAR_BITS_MAX) return false
  }
  return true
}

function hexDigit(code: number): number {
  return code > 57 ? code - 87 : code - 48
}

const TEXT_MAX = 300

/**
 * Case, spaces, punctuation, digits, stretched letters, words and syllables said again are no difference. A text
 * without letters is the set of its signs, in which all figures are one and all punctuation is one.
 */
function normalise(text: string): string {
  const folded = text.slice(0, TEXT_MAX).normalize('NFKC').toLowerCase()
  const words = (folded.match(/\p{L}+/gu) ?? []).map(once)
  // Letters that all stand alone are one word that somebody spread out.
  const isSpread = words.every((word) => word.length < 2)
  const letters = once((isSpread ? words : [...new Set(words)]).join(''))
  if (letters.length >= 2) return letters
  const signs = folded.replace(/\s+/g, '').replace(/\p{N}/gu, '0').replace(/\p{P}/gu, '.')
  return [...new Set(signs)].sort().join('')
}

/** What is said several times in a row, said once. */
function once(text: string): string {
  return text.replace(/(.)\1+/gu, '$1').replace(/(.{2,}?)\1+/gu, '$1')
}

function grams(text: string): Set<string> {
  const points = [...text]
  const found = new Set<string>()
  if (points.length < 3) found.add(text)
  for (let at = 0; at + 3 <= points.length; at++) found.add(points.slice(at, at + 3).join(''))
  return found
}
