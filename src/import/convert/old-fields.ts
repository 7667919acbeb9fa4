import type { Amounts, Rejected, RejectReason, Source } from '../records.js'
import { idText } from './old-id.js'
import { countedAs, faultOf, readNumber } from './old-number.js'
import type { TimeReader } from './old-time.js'
import { type JsonObject, restOf } from './rest.js'
import { oldName, oldUsername, shown } from './text.js'

const NOTHING: Amounts = { xp: 0, coins: 0, games: 0, voiceSeconds: 0 }

/** Which sum of a report a field adds to. */
const SUM_OF: Readonly<Record<string, keyof Amounts>> = { xp: 'xp', coins: 'coins', games_played: 'games' }

/** The fields of one old record, read one by one; what cannot be read is remembered in `rejected`. */
export class OldFields {
  readonly rejected: Rejected[] = []
  /** The first fault for which the whole record stays behind. */
  fatal: { field: string; reason: RejectReason; value: string } | null = null

  constructor(
    readonly source: Source,
    readonly id: string,
    readonly raw: JsonObject,
    /** Names or escapes in the text ask for a look into every value. */
    readonly look: boolean,
    readonly times: TimeReader,
  ) {}

  reject(field: string, reason: RejectReason, value: unknown, lost: Partial<Amounts> | null = null): null {
    this.rejected.push({
      source: this.source,
      id: this.id,
      field,
      reason,
      value: shown(value),
      whole: false,
      lost: lost === null ? null : { ...NOTHING, ...lost },
    })
    return null
  }

  fail(field: string, reason: RejectReason, value: unknown): void {
    this.fatal ??= { field, reason, value: shown(value) }
  }

  /** A balance: 0 when missing; the whole record stays behind when it is damaged. */
  balance(field: 'xp' | 'coins'): number {
    const value = this.raw[field]
    const number = readNumber(value) ?? 0
    const fault = number === 'not_a_number' ? number : faultOf(number)
    if (fault !== null || number === 'not_a_number') {
      this.fail(field, fault ?? 'not_a_number', value)
      return 0
    }
    const whole = Math.floor(number)
    if (whole !== number) this.reject(field, 'fraction', value, { [field]: number - whole })
    return whole
  }

  /** A count: 0 when missing or damaged. Of several fields the first that holds something is meant. */
  count(...fields: readonly string[]): number {
    const field = fields.find((name) => (this.raw[name] ?? '') !== '')
    if (field === undefined) return 0
    const value = this.raw[field]
    const number = readNumber(value) ?? 0
    const sum = SUM_OF[field]
    if (number === 'not_a_number') return this.reject(field, number, value) ?? 0
    const fault = faultOf(number)
    const lost = (amount: number) => (sum === undefined ? null : { [sum]: amount })
    if (fault !== null) return this.reject(field, fault, value, lost(countedAs(value))) ?? 0
    const whole = Math.floor(number)
    if (whole !== number) this.reject(field, 'fraction', value, lost(number - whole))
    return whole
  }

  time(...fields: readonly string[]): Date | null {
    const field = fields.find((name) => (this.raw[name] ?? '') !== '')
    if (field === undefined) return null
    const value = this.raw[field]
    const time = typeof value === 'string' ? this.times(value.trim()) : 'not_a_time'
    return time instanceof Date ? time : this.reject(field, time, value)
  }

  username(field = 'username'): string | null {
    const text = this.text(field)
    return text === null ? null : oldUsername(text)
  }

  name(...fields: readonly string[]): string | null {
    for (const field of fields) {
      const text = this.text(field)
      const name = text === null ? null : oldName(text)
      if (name !== null) return name
    }
    return null
  }

  /** Text as it stands there; a number is one too. */
  text(field: string): string | null {
    const value = this.raw[field]
    if (value === null || value === undefined) return null
    if (typeof value === 'string') return value
    return typeof value === 'number' ? String(value) : this.reject(field, 'not_text', value)
  }

  /** An id of another platform that the record names. */
  link(field: string, isId: (id: string) => boolean): string | null {
    const value = this.raw[field]
    const id = idText(value)
    if (id === null) return null
    return id !== undefined && isId(id) ? id : this.reject(field, 'bad_link', value)
  }

  rest(known: ReadonlySet<string>): JsonObject {
    return restOf(this.raw, known, this.look, (field) => this.reject(field, 'forbidden_key', ''))
  }
}
