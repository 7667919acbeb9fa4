import { createHmac } from 'node:crypto'

const TOKEN_BYTES = 16
const TOKEN = /^[\w-]{22}$/

/** The key of sign-in links. Made once from SESSION_SECRET; a new secret kills all open links. */
export function deriveSignInKey(sessionSecret: string): string {
  return createHmac('sha256', sessionSecret).update('ttfd sign-in links v1').digest('hex')
}

/** Draws a token of 22 symbols (128 bits). `random(n)` gives 0 to n - 1 from a safe source. */
export function drawToken(random: (n: number) => number): string {
  return Buffer.from(Array.from({ length: TOKEN_BYTES }, () => random(256))).toString('base64url')
}

export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

/** What is stored of a token. */
export function hashToken(token: string, key: string): Buffer {
  return createHmac('sha256', key).update(`token:${token}`).digest()
}

/** What is stored of the browser that took a link up. `seed` is a secret that only its cookie holds. */
export function hashBrowser(seed: string, key: string): Buffer {
  return createHmac('sha256', key).update(`browser:${seed}`).digest()
}

const NUMBER_MIN = 10
const NUMBERS = 90

/**
 * The two-digit number that one browser shows for one link. Another browser with the same link shows another, so that
 * the owner, who looks at his own page, does not let a thief in.
 */
export function numberFor(token: string, seed: string, key: string): number {
  const digest = createHmac('sha256', key).update(`number:${token}:${seed}`).digest()
  return NUMBER_MIN + (digest.readUInt32BE(0) % NUMBERS)
}

/** A two-digit number that follows from nothing. */
export function drawNumber(random: (n: number) => number): number {
  return NUMBER_MIN + random(NUMBERS)
}

/** The shown number among two others, in a random order. */
export function drawChoices(shown: number, random: (n: number) => number): number[] {
  const others = Array.from({ length: NUMBERS }, (_, at) => NUMBER_MIN + at).filter((one) => one !== shown)
  // Taken out of those that are left: two draws are enough, whatever `random` gives.
  const take = () => others.splice(random(others.length), 1)
  const choices = [shown, ...take(), ...take()]
  for (let at = choices.length - 1; at > 0; at--) {
    const to = random(at + 1)
    const [a, b] = [choices[at], choices[to]]
    if (a !== undefined && b !== undefined) [choices[at], choices[to]] = [b, a]
  }
  return choices
}
