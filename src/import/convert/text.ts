import { cleanName } from '../../core/accounts/clean-name.js'

/** Latin and Russian letters, digits and signs in one to 32 places: `cleanName` leaves such a name as it is. */
const PLAIN = /^[!-~А-Яа-яЁё]+(?: [!-~А-Яа-яЁё]+)*$/
const PLAIN_MAX = 32
/** What the old programs wrote where they knew no name. */
const FILLER = /^(?:unknown|none|null|undefined|n\/a|-|\?)$/i

/** A name as every door cuts it, null for none and for fillers. Nearly all names need no cutting, which takes 10 µs. */
export function oldName(raw: string): string | null {
  const name = raw.length <= PLAIN_MAX && PLAIN.test(raw) ? raw : cleanName(raw)
  return name === null || FILLER.test(name) ? null : name
}

/** `@name` without the sign. */
export function oldUsername(raw: string): string | null {
  return oldName(raw.startsWith('@') ? raw.slice(1) : raw)
}

const SHOWN_MAX = 80

/** A value for a report: one short line without anything invisible. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[...]' : '{...}'
  const text = String(value)
  const line = text.slice(0, SHOWN_MAX).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, '\u00b7')
  return text.length > SHOWN_MAX ? `${line}...` : line
}

/** Text that jsonb takes: without U+0000 and halves of surrogate pairs. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}
