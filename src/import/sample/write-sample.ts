import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Chance,
  discordId,
  oldDiscord,
  oldLink,
  oldTelegram,
  oldVoice,
  oldWebsite,
  telegramId,
} from './old-records.js'
import { type OldShape, type OldTable, oldTableSql, SQL_FILES, shapeOf } from './old-tables.js'
import { writeExports } from './other-bots.js'
import { discordTraps, type Entry, telegramTraps, websiteTraps } from './traps.js'

/** What was written, and where the traps lie. */
export type Sample = {
  files: Record<'telegram' | 'discord' | 'voice' | 'website', string>
  traps: readonly { id: string; what: string }[]
}

export type SampleOptions = {
  /** Records in the three stores together; voice time comes on top. */
  members: number
  /** The same seed writes the same stores. */
  seed: number
  /** Broken records, disputed claims and whatever else old stores are known for. */
  traps: boolean
}

/** A write of its own for each member would take longer than inventing him. */
const WRITE_LENGTH = 64 * 1024

/** Two in five members in each bot, the rest on the website. */
const BOT_SHARE = 0.4

/**
 * Writes invented old stores into a folder (made when it is not there): JSON files, the same as SQL for `psql -f` below
 * `sql/` in every variant of the old tables, and a few exports of other bots below `other-bots/`. Streamed, so that the
 * disk alone limits their size.
 */
export async function writeSample(folder: string, { members, seed, traps }: SampleOptions): Promise<Sample> {
  for (const part of ['sql', 'other-bots']) await mkdir(join(folder, part), { recursive: true })
  const bots = Math.max(1, Math.round(members * BOT_SHARE))
  const sites = Math.max(0, members - 2 * bots)
  const none: readonly (Entry & { what: string })[] = []
  const laid = {
    telegram: traps ? telegramTraps() : none,
    discord: traps ? discordTraps() : none,
    website: traps ? websiteTraps() : none,
  }
  const files = {
    telegram: join(folder, 'telegram.json'),
    discord: join(folder, 'discord.json'),
    voice: join(folder, 'voice.json'),
    website: join(folder, 'website.json'),
  }
  // Every store has luck of its own, so that each of its shapes tells of the same people.
  const lists: Record<OldShape, () => readonly Iterable<Entry>[]> = {
    telegram: () => [
      laid.telegram,
      people(bots, seed, (n, chance) => [telegramId(n), oldTelegram(n, chance)]),
    ],
    discord: () => [
      laid.discord,
      people(bots, seed + 1, (n, chance) => [discordId(n), oldDiscord(n, chance)]),
    ],
    voice: () => [
      people(Math.ceil(bots / 3), seed + 2, (n, chance) => [discordId(n * 3), oldVoice(n * 3, chance)]),
    ],
    website: () => [
      laid.website,
      people(sites, seed + 3, (n, chance) => [String(n + 1_001), oldWebsite(n, chance)]),
    ],
    links: () => [people(Math.ceil(bots / 6), seed + 4, (n) => [String(n + 1), oldLink(n * 6)])],
  }
  const objects: [string, string, string][] = [
    ['telegram', '{"users":{', '},"global_stats":{}}'],
    ['discord', '{"users":{', '},"global_stats":{}}'],
    ['voice', '{"users":{', '},"channels":{}}'],
    ['website', '{"accounts":{', '},"sessions":{}}'],
  ]
  for (const [store, head, tail] of objects) {
    await writePieces(files[store as keyof typeof files], jsonOf(head, tail, lists[store as OldShape]()))
  }
  for (const [file, tables] of Object.entries(SQL_FILES)) {
    const path = join(folder, 'sql', file)
    await writePieces(path, tablesOf(tables, lists))
  }
  await writeExports(join(folder, 'other-bots'), seed)
  return { files, traps: Object.values(laid).flatMap((list) => list.map(({ id, what }) => ({ id, what }))) }
}

function* people(
  count: number,
  seed: number,
  make: (n: number, chance: Chance) => [id: string, record: object],
): Iterable<Entry> {
  const chance = lottery(seed)
  for (let n = 0; n < count; n++) {
    const [id, record] = make(n, chance)
    yield { id, record }
  }
}

function* jsonOf(head: string, tail: string, lists: readonly Iterable<Entry>[]): Iterable<string> {
  yield head
  let comma = ''
  for (const list of lists) {
    for (const { id, record, json } of list) {
      yield `${comma}${JSON.stringify(id)}:${json ?? JSON.stringify(record)}`
      comma = ','
    }
  }
  yield tail
}

function* tablesOf(
  tables: readonly OldTable[],
  lists: Record<OldShape, () => readonly Iterable<Entry>[]>,
): Iterable<string> {
  for (const table of tables) yield* oldTableSql(table, lists[shapeOf(table)]())
}

async function writePieces(file: string, pieces: Iterable<string>): Promise<void> {
  const out = createWriteStream(file, { mode: 0o600 })
  let held = ''
  for (const piece of pieces) {
    held += piece
    if (held.length < WRITE_LENGTH) continue
    if (!out.write(held)) await once(out, 'drain')
    held = ''
  }
  out.end(held)
  await once(out, 'finish')
}

/** Whole numbers below a limit, the same for the same seed (mulberry32). Nobody's luck hangs on these. */
function lottery(seed: number): Chance {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
