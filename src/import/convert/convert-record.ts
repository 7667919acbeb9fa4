import type { Amounts, OldItem, OldRecord, RejectReason, Source } from '../records.js'
import { OldFields } from './old-fields.js'
import { idText, isDiscordId, isTelegramId, isTelegramService, isWebsiteId } from './old-id.js'
import { countedAs } from './old-number.js'
import { timeReader } from './old-time.js'
import { type ParsedJson, parseLossless } from './parse-lossless.js'
import { discordRecord, telegramRecord } from './progress-record.js'
import { asObject, type JsonObject, needsLook } from './rest.js'
import { shown } from './text.js'
import { voiceRecord } from './voice-record.js'
import { websiteRecord } from './website-record.js'

const DEPTH_MAX = 32

type Shape = {
  isId(id: string): boolean
  /** Where a record itself may say whose it is. */
  ownId: readonly string[]
  read(fields: OldFields): OldRecord
}

const SHAPES: Record<Source, Shape> = {
  telegram: { isId: isTelegramId, ownId: ['telegram_id'], read: telegramRecord },
  discord: { isId: isDiscordId, ownId: ['id'], read: discordRecord },
  voice: { isId: isDiscordId, ownId: ['user_id'], read: voiceRecord },
  website: { isId: isWebsiteId, ownId: ['id'], read: websiteRecord },
}

/** Turns the JSON text that lies under an id into items. `isLast` is false when a later record has the same id. */
export type Convert = (id: string | null, text: string, isLast: boolean, out: OldItem[]) => void

/**
 * How the records of a source are read, whatever store they lie in. `now` bounds their times; what has no zone was
 * written in `timeZone`. Throws RangeError for an unknown zone; the function returned throws SyntaxError.
 */
export function converterOf(source: Source, clock: { timeZone: string; now: Date }): Convert {
  const shape = SHAPES[source]
  const times = timeReader(clock)
  return (id, text, isLast, out) => {
    const { value, depth } = parseLossless(text)
    const raw = asObject(value)
    const wrong = faultOf(id, isLast, { value: raw, depth }, shape, source)
    if (wrong !== null || id === null || raw === null) {
      const { field = null, reason = 'bad_id', value: faulty = id } = wrong ?? {}
      out.push(rejectedWhole(source, id, field, reason, shown(faulty ?? ''), raw))
      return
    }
    const fields = new OldFields(source, id, raw, needsLook(text), times)
    const record = shape.read(fields)
    if (fields.fatal !== null) {
      const { field, reason, value: faulty } = fields.fatal
      out.push(rejectedWhole(source, id, field, reason, faulty, raw))
      return
    }
    out.push({ kind: 'record', record })
    for (const rejected of fields.rejected) out.push({ kind: 'rejected', rejected })
  }
}

type Fault = { field?: string; reason: RejectReason; value?: unknown }

function faultOf(
  id: string | null,
  isLast: boolean,
  { value: raw, depth }: ParsedJson & { value: JsonObject | null },
  shape: Shape,
  source: Source,
): Fault | null {
  if (id === null || !shape.isId(id)) return { reason: 'bad_id' }
  if (source === 'telegram' && isTelegramService(id)) return { reason: 'not_a_person' }
  if (!isLast) return { reason: 'duplicate' }
  if (raw === null) return { reason: 'not_a_record' }
  if (depth > DEPTH_MAX) return { reason: 'too_deep', value: depth }
  for (const field of shape.ownId) {
    const own = idText(raw[field])
    if (own === undefined) return { field, reason: 'bad_id', value: raw[field] }
    if (own !== null && own !== id) return { field, reason: 'id_mismatch', value: own }
  }
  return null
}

export function rejectedWhole(
  source: Source,
  id: string | null,
  field: string | null,
  reason: RejectReason,
  value: string,
  raw: JsonObject | null,
): OldItem {
  const name = id === null ? null : shown(id)
  const lost = raw === null ? null : amountsOf(source, raw)
  return { kind: 'rejected', rejected: { source, id: name, field, reason, value, whole: true, lost } }
}

/** What a record adds to the sums of its store, as far as its numbers can be read. */
function amountsOf(source: Source, raw: JsonObject): Amounts | null {
  if (source === 'website') return null
  if (source === 'voice') {
    return { xp: 0, coins: 0, games: 0, voiceSeconds: Math.floor(countedAs(raw.total_time)) }
  }
  return {
    xp: countedAs(raw.xp),
    coins: countedAs(raw.coins),
    games: countedAs(raw.games_played),
    voiceSeconds: 0,
  }
}
