import type { VoiceRecord } from '../records.js'
import type { OldFields } from './old-fields.js'
import { faultOf, readNumber } from './old-number.js'

const KNOWN = new Set(['id', 'user_id', 'username', 'total_time'])

/** Every old total has a fraction of a second; it is dropped without a word, in the sums of a report too. */
export function voiceRecord(fields: OldFields): VoiceRecord {
  const value = fields.raw.total_time
  const seconds = readNumber(value) ?? 0
  const fault = seconds === 'not_a_number' ? seconds : faultOf(seconds)
  if (fault !== null) fields.fail('total_time', fault, value)
  return {
    source: 'voice',
    id: fields.id,
    username: fields.username(),
    voiceSeconds: typeof seconds === 'number' ? Math.floor(seconds) : 0,
    rest: fields.rest(KNOWN),
  }
}
