import type { OldRecord, ProvenLink, Rejected } from '../records.js'
import type { IsErased } from './erased-people.js'
import { knownAchievements } from './known-achievements.js'
import { STAGE, STAGE_COLUMNS, type StageTable } from './staging.js'

/**
 * Rows on their way into the stage are lines of text: fields apart by one control sign, rows by another, nothing between
 * two signs for null. The database takes them apart twice as fast as JSON, and they cost no objects here.
 */
const FIELD = '\x1f'
const ROW = '\x1e'

/** One statement that takes lines, joined by `joinLines`, into a table of the stage. */
export function takeLines(table: StageTable): string {
  const columns = STAGE_COLUMNS[table].split(',').map((column) => column.trim().split(' '))
  return `insert into ${STAGE}.${table} (${columns.map(([name]) => name).join(', ')})
    select ${columns.map(([, type], at) => `f[${at + 1}]::${type}`).join(', ')}
    from (select string_to_array(line, E'\\x1f', '') as f from string_to_table($1, E'\\x1e') as line offset 0) lines`
}

export function joinLines(lines: readonly string[]): string {
  return lines.join(ROW)
}

type Field = string | number | boolean | null | undefined

function line(fields: readonly Field[]): string {
  // `join` writes nothing for null and undefined.
  return fields.join(FIELD)
}

/** Text from outside that was not cut as a name: without what separates fields. */
function inert(text: string | null): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the signs that must not stand there
  return text === null ? null : text.replace(/[\x00-\x1f]/g, ' ')
}

/** Writes times as ISO 8601, in a fifth of the time that `toISOString` takes: millions of them fall on few days. */
function isoWriter(): (time: Date | null) => string | null {
  const days = new Map<number, string>()
  return (time) => {
    if (time === null) return null
    const ms = time.getTime()
    const day = Math.floor(ms / DAY_MS)
    let date = days.get(day)
    if (date === undefined) {
      date = new Date(day * DAY_MS).toISOString().slice(0, 11)
      days.set(day, date)
    }
    const inDay = ms - day * DAY_MS
    const seconds = Math.floor(inDay / 1000)
    const hour = Math.floor(seconds / 3600)
    return `${date}${two(hour)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(inDay % 1000).padStart(3, '0')}Z`
  }
}

const DAY_MS = 86_400_000

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

export type RowContext = { isErased: IsErased; iso: ReturnType<typeof isoWriter> }

/** What rows are written with; one for a whole import. */
export function rowContext(isErased: IsErased): RowContext {
  return { isErased, iso: isoWriter() }
}

/** A record's line. One of a person who asked to be forgotten keeps its figures alone, under `erased`. */
export function recordLine(
  n: number,
  origin: string,
  record: OldRecord,
  { isErased, iso }: RowContext,
): string {
  const { source, id } = record
  const claim = 'claimsDiscordId' in record ? record.claimsDiscordId : null
  const claimed = claim !== null && !isErased('discord', claim) ? claim : null
  if (isGone(record, claim !== claimed, isErased)) {
    return line([n, origin, `erased:${source}`, id, null, null, null, null, ...figuresOf(record), ...EMPTY])
  }
  switch (source) {
    case 'voice': {
      const data = openObject({ source, voice_seconds: record.voiceSeconds, rest: restOf(record.rest) })
      const head = [n, origin, source, id, record.username, null, null, null, ...figuresOf(record)]
      return line([...head, ...EMPTY.slice(1), data])
    }
    case 'website': {
      const createdAt = iso(record.createdAt)
      const { username, displayName, email, passwordSha256 } = record
      const times = [createdAt, iso(record.lastActive)]
      const head = [n, origin, source, id, username, displayName, ...times, ...figuresOf(record)]
      const data = openObject({ source, created_at: createdAt ?? undefined, rest: restOf(record.rest) })
      return line([...head, null, null, claimed, null, null, inert(email), passwordSha256, null, data])
    }
    default: {
      const createdAt = iso(record.createdAt)
      const lastDaily = iso(record.lastDaily)
      const proven = source === 'discord' ? record.provesTelegramId : null
      const banned = source === 'telegram' ? inert(record.banned) : null
      const granted = knownAchievements(record.achievements)
      const { xp, coins, gamesPlayed, gamesWon, messages, streak, achievements } = record
      const data = openObject({
        source,
        // What holds nothing is left out: it would be parsed and kept a million times.
        games_played: gamesPlayed || undefined,
        games_won: gamesWon || undefined,
        messages: messages || undefined,
        streak: streak || undefined,
        last_daily: lastDaily ?? undefined,
        created_at: createdAt ?? undefined,
        achievements: achievements.length > 0 ? achievements : undefined,
        rest: restOf(record.rest),
      })
      return line([
        n,
        origin,
        source,
        id,
        record.username,
        record.displayName,
        createdAt,
        iso(record.lastActive),
        xp,
        coins,
        gamesPlayed,
        gamesWon,
        messages,
        0,
        streak,
        lastDaily,
        claimed,
        proven !== null && !isErased('telegram', proven) ? proven : null,
        // Banned without a word is banned all the same, and an empty field is null.
        banned === null ? null : ` ${banned}`,
        null,
        null,
        granted.length > 0 ? JSON.stringify(granted) : null,
        data,
      ])
    }
  }
}

/** JSON of an object that is not empty, without its last brace: what only the writing knows is put behind it as text. */
function openObject(value: Record<string, unknown>): string {
  return JSON.stringify(value).slice(0, -1)
}

/** The columns behind the figures, but for the last. */
const EMPTY: readonly null[] = Array.from({ length: 9 }, () => null)

function isGone(record: OldRecord, claimsErased: boolean, isErased: IsErased): boolean {
  if (record.source !== 'website') {
    return isErased(record.source === 'telegram' ? 'telegram' : 'discord', record.id)
  }
  return record.email === null ? claimsErased : isErased('website', record.email)
}

function restOf(rest: Record<string, unknown>): Record<string, unknown> | undefined {
  for (const _ in rest) return rest
  return undefined
}

/** xp, coins, games played, games won, messages, voice seconds. */
function figuresOf(record: OldRecord): number[] {
  if (record.source === 'voice') return [0, 0, 0, 0, 0, record.voiceSeconds]
  if (record.source === 'website') return [0, 0, 0, 0, 0, 0]
  return [record.xp, record.coins, record.gamesPlayed, record.gamesWon, record.messages, 0]
}

export function linkLine({ telegramId, discordId }: ProvenLink): string {
  return line([telegramId, discordId])
}

export function rejectedLine({ source, id, field, reason, value, whole, lost }: Rejected): string {
  const { xp = 0, coins = 0, games = 0, voiceSeconds = 0 } = lost ?? {}
  const words = [source, inert(id), inert(field), reason, inert(value), whole]
  return line([...words, xp, coins, games, voiceSeconds])
}
