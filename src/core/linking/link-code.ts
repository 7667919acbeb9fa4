import { createHmac } from 'node:crypto'

/** No symbol can be taken for another, in Latin or Cyrillic print: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V. 24^8 = 1.1e11 codes. */
export const CODE_ALPHABET = '34679ACDEFGHJKMNPQRTVWXY'
const CODE_LENGTH = 8
export const CODE_MINUTES = 10

/** Cyrillic letters that look like one of the alphabet: a Russian keyboard must not spoil a code. */
const TWINS: Record<string, string> = {
  А: 'A',
  С: 'C',
  Е: 'E',
  Н: 'H',
  К: 'K',
  М: 'M',
  Р: 'P',
  Т: 'T',
  Х: 'X',
  У: 'Y',
}

/** The key under which codes and addresses are hashed. Made once from SESSION_SECRET; a new secret kills all open codes. */
export function deriveLinkKey(sessionSecret: string): Buffer {
  return createHmac('sha256', sessionSecret).update('ttfd link codes v1').digest()
}

/** Draws a code. `random(n)` gives 0 to n - 1 from a safe source (crypto.randomInt). */
export function drawCode(random: (n: number) => number): string {
  return Array.from({ length: CODE_LENGTH }, () => CODE_ALPHABET[random(CODE_ALPHABET.length)]).join('')
}

/** A code as it is shown, in two groups: `ACDE-3467`. */
export function showCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`
}

/** The eight symbols that somebody typed (case, spaces, dashes and Cyrillic twins forgiven), or null when it is no code. */
export function readCode(typed: string): string | null {
  if (typed.length > 64) return null
  const symbols = [...typed.toUpperCase().replace(/[\s\p{Pd}_.]/gu, '')].map((sign) => TWINS[sign] ?? sign)
  const isCode = symbols.length === CODE_LENGTH && symbols.every((sign) => CODE_ALPHABET.includes(sign))
  return isCode ? symbols.join('') : null
}

const TEXT_MAX = 4_096
const CANDIDATES_MAX = 8

/** Everything in a text that may be a code: words of eight symbols, and neighbours of four and four. */
export function findCodes(text: string): string[] {
  const words = text.slice(0, TEXT_MAX).split(/[^\p{L}\p{N}]+/u)
  const pairs = words.map((word, at) => (word.length === 4 ? word + (words[at + 1] ?? '') : word))
  const codes = pairs.filter((word) => word.length === CODE_LENGTH).map(readCode)
  return [...new Set(codes.filter((code) => code !== null))].slice(0, CANDIDATES_MAX)
}

/** What is stored of a code. */
export function hashCode(code: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(`code:${code}`).digest()
}

/** What is stored of a network address whose tries are counted. */
export function addressSubject(address: string, key: Buffer): string {
  return `address:${createHmac('sha256', key).update(`address:${address}`).digest('base64url')}`
}
