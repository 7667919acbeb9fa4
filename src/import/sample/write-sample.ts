import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { discordId, oldDiscord, oldTelegram, oldVoice, oldWebsite, telegramId } from './old-records.js'
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

/** Two in five members in each bot, the rest on the website. */
const BOT_SHARE = 0.4

/**
 * Writes invented old stores in their real JSON shapes into a folder (made when it is not there); streamed, so that the
 * disk alone limits their size.
 */
export async function writeSample(folder: string, { members, seed, traps }: SampleOptions): Promise<Sample> {
  await mkdir(folder, { recursive: true })
  const bots = Math.max(1, Math.round(members * BOT_SHARE))
  const sites = Math.max(0, members - 2 * bots)
  const chance = lottery(seed)
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
  const people = (count: number, make: (n: number) => Entry) => each(count, make)
  await writeStore(
    files.telegram,
    ['{"users":{', '},"global_stats":{}}'],
    [laid.telegram, people(bots, (n) => ({ id: telegramId(n), record: oldTelegram(n, chance) }))],
  )
  await writeStore(
    files.discord,
    ['{"users":{', '},"global_stats":{}}'],
    [laid.discord, people(bots, (n) => ({ id: discordId(n), record: oldDiscord(n, chance) }))],
  )
  await writeStore(
    files.voice,
    ['{"users":{', '},"channels":{}}'],
    [people(Math.ceil(bots / 3), (n) => ({ id: discordId(n * 3), record: oldVoice(n * 3, chance) }))],
  )
  await writeStore(
    files.website,
    ['{"accounts":{', '},"sessions":{}}'],
    [laid.website, people(sites, (n) => ({ id: String(n + 1_001), record: oldWebsite(n, chance) }))],
  )
  return { files, traps: Object.values(laid).flatMap((list) => list.map(({ id, what }) => ({ id, what }))) }
}

function* each(count: number, make: (n: number) => Entry): Iterable<Entry> {
  for (let n = 0; n < count; n++) yield make(n)
}

async function writeStore(
  file: string,
  [head, tail]: readonly [string, string],
  lists: readonly Iterable<Entry>[],
): Promise<void> {
  const out = createWriteStream(file, { mode: 0o600 })
  out.write(head)
  let comma = ''
  for (const list of lists) {
    for (const { id, record, json } of list) {
      const line = `${comma}${JSON.stringify(id)}:${json ?? JSON.stringify(record)}`
      comma = ','
      if (!out.write(line)) await once(out, 'drain')
    }
  }
  out.end(tail)
  await once(out, 'finish')
}

/** Whole numbers below a limit, the same for the same seed (mulberry32). Nobody's luck hangs on these. */
function lottery(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
