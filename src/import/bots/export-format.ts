import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { type OtherBot, UnreadableStoreError } from '../records.js'
import { CURVE_NAMES, type LevelCurve, namedCurve, polynomialCurve } from './level-curves.js'

/** What the columns (fields) of an export mean. Names are compared without case, spaces and signs. */
export type ExportFormat = {
  id: readonly string[]
  xp: readonly string[]
  level: readonly string[]
  messages: readonly string[]
  username: readonly string[]
  /** All XP of the member, or what he has of his present level alone. */
  xpIs: 'total' | 'in_level'
  curve: LevelCurve
  /** Where in a JSON export the members lie, from the outside in; null: found by itself. */
  list: readonly string[] | null
}

const NAMES = {
  id: ['id', 'userId', 'discordId', 'memberId'],
  xp: ['xp', 'exp', 'totalXp', 'totalExp', 'experience'],
  level: ['level', 'lvl'],
  messages: ['messageCount', 'messages', 'messagesSent'],
  username: ['username', 'name', 'tag'],
  list: null,
}

/**
 * Of Arcane the XP is "the progress for a member's current level" (https://docs.arcane.bot/plugins/leveling/management);
 * the others name all of it.
 */
const FORMATS: Record<OtherBot, ExportFormat> = {
  mee6: { ...NAMES, xpIs: 'total', curve: namedCurve('mee6') },
  lurkr: { ...NAMES, id: ['userId', 'id'], xpIs: 'total', curve: namedCurve('lurkr') },
  amari: { ...NAMES, xp: ['exp', 'xp'], xpIs: 'total', curve: namedCurve('amari') },
  arcane: { ...NAMES, xpIs: 'in_level', curve: namedCurve('arcane_linear') },
  generic: { ...NAMES, xpIs: 'total', curve: namedCurve('mee6') },
}

const column = z.string().min(1).max(100)

/**
 * The mapping file: JSON that says what is where in an export. All is optional but `id` and one of `xp` and `level` for a
 * generic export; for a known bot it says only what a server had set otherwise.
 *
 *     { "id": "member", "xp": "points", "level": "lvl", "messages": "posts", "username": "nick",
 *       "xp_is": "total" | "in_level", "curve": "arcane_exponential" | [150, -100, 50], "multiplier": 1.5,
 *       "list": "export.members" }
 *
 * `curve` is one of the published ones or the factors of a polynomial (c0, c1, ...) that gives all XP of a level;
 * `multiplier` is Arcane's.
 */
const mappingSchema = z.strictObject({
  id: column.optional(),
  xp: column.optional(),
  level: column.optional(),
  messages: column.optional(),
  username: column.optional(),
  xp_is: z.enum(['total', 'in_level']).optional(),
  curve: z.union([z.enum(CURVE_NAMES), z.array(z.number()).min(1).max(6)]).optional(),
  multiplier: z.number().positive().max(1000).optional(),
  list: z.string().max(200).optional(),
})
type Mapping = z.infer<typeof mappingSchema>

const MAPPING_BYTES_MAX = 64 * 1024

/** How an export is read: as its bot writes it, changed by the mapping file. Throws UnreadableStoreError (`mapping`). */
export async function exportFormat(bot: OtherBot, mappingPath: string | undefined): Promise<ExportFormat> {
  const known = FORMATS[bot]
  if (mappingPath === undefined) {
    if (bot === 'generic') throw new UnreadableStoreError(bot, 'mapping', '--mapping')
    return known
  }
  const mapping = await readMapping(mappingPath)
  const isEnough = mapping.id !== undefined && (mapping.xp !== undefined || mapping.level !== undefined)
  if (bot === 'generic' && !isEnough) {
    throw new UnreadableStoreError(basename(mappingPath), 'mapping', 'id, xp | level')
  }
  // A generic export has only what its mapping names: a column that happens to be called `xp` may be anything.
  const names = (name: 'id' | 'xp' | 'level' | 'messages' | 'username') => {
    const given = mapping[name]
    if (given !== undefined) return [given]
    return bot === 'generic' ? [] : known[name]
  }
  return {
    id: names('id'),
    xp: names('xp'),
    level: names('level'),
    messages: names('messages'),
    username: names('username'),
    xpIs: mapping.xp_is ?? known.xpIs,
    curve: curveOf(bot, mapping) ?? known.curve,
    list: mapping.list?.split('.') ?? null,
  }
}

function curveOf(bot: OtherBot, { curve, multiplier }: Mapping): LevelCurve | null {
  if (Array.isArray(curve)) return polynomialCurve(curve)
  if (curve !== undefined) return namedCurve(curve, multiplier)
  return bot === 'arcane' && multiplier !== undefined ? namedCurve('arcane_linear', multiplier) : null
}

async function readMapping(path: string): Promise<Mapping> {
  const refuse = (detail: string) => new UnreadableStoreError(basename(path), 'mapping', detail)
  const text = await readFile(path, 'utf8').catch((error: { code?: string }) => {
    throw refuse(error.code ?? 'not readable')
  })
  if (text.length > MAPPING_BYTES_MAX) throw refuse('> 64 kB')
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    throw refuse('JSON')
  }
  const parsed = mappingSchema.safeParse(json)
  if (parsed.success) return parsed.data
  throw refuse(parsed.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`).join('; '))
}
