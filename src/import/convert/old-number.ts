/** XP, coins, counts and seconds of one member: more is damage or mischief (safety.md, *Import*). */
const OLD_NUMBER_MAX = 1_000_000_000
/** Beyond this a number is noise that would only blur the sums of a report. */
const COUNTED_MAX = 1e15

const NUMERAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/

/** A number as old stores hold them: a number or its text. Null: nothing there. */
export function readNumber(value: unknown): number | null | 'not_a_number' {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') return Number.isFinite(value) ? value : 'not_a_number'
  if (typeof value !== 'string') return 'not_a_number'
  const text = value.trim()
  if (text === '') return null
  return NUMERAL.test(text) ? Number(text) : 'not_a_number'
}

/** What is wrong with a number that should count something; null: nothing. Fractions are no fault. */
export function faultOf(number: number): 'negative' | 'too_big' | null {
  if (number < 0) return 'negative'
  return number > OLD_NUMBER_MAX ? 'too_big' : null
}

/** What a value adds to the sums of its store: 0 when it is no number, or one beyond all counting. */
export function countedAs(value: unknown): number {
  const number = readNumber(value)
  return typeof number === 'number' && Math.abs(number) <= COUNTED_MAX ? number : 0
}
