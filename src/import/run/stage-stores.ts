import type pg from 'pg'
import { hashIdentity } from '../../core/deletion/come-back.js'
import type { Database } from '../../db/connect.js'
import type { OldRecord, OldStore, Rejected } from '../records.js'
import { knownAchievements } from './known-achievements.js'
import { STAGE } from './staging.js'

/** One store as it was read. */
export type StagedStore = Pick<OldStore, 'source' | 'origin' | 'name'> & {
  /** SHA-256 of the content, and what stands for it in keys. */
  hash: string
  snapshot: string
  /** The newest moment that it tells of; null: it knows no times. */
  newest: Date | null
}

/** Tells how far reading is; `total` null: not known. */
export type OnRead = (store: OldStore, done: number, total: number | null) => void

const BATCH = 2_000
/** Batches on their way while the next is read. */
const IN_FLIGHT = 2
/** Of a snapshot's hash, enough to tell any two apart. */
const SNAPSHOT_LENGTH = 16

/** Reads the stores one after another into the stage, in bounded memory. Throws what the stores throw; then use nothing. */
export async function stageStores(
  db: Database,
  client: pg.Client,
  stores: readonly OldStore[],
  onRead: OnRead,
): Promise<StagedStore[]> {
  const erased = await erasedHashes(db)
  const isErased = (platform: 'telegram' | 'discord' | 'website', id: string) =>
    erased?.has(hashIdentity(erased.key, { platform, id }).toString('hex')) ?? false
  const lane = new Lane(client)
  const newest = new Map<OldStore, number>()
  let n = 0
  for (const store of stores) {
    let latest = 0
    for await (const { items, done } of store.read()) {
      for (const item of items) {
        if (item.kind === 'record') {
          lane.record(stagedRow(++n, store.origin, item.record, isErased))
          latest = Math.max(latest, newestIn(item.record))
        } else if (item.kind === 'rejected') lane.reject(rejectedRow(item.rejected))
        else if (!isErased('telegram', item.link.telegramId) && !isErased('discord', item.link.discordId))
          lane.link({ t: item.link.telegramId, d: item.link.discordId })
      }
      await lane.flow()
      onRead(store, done, store.size)
    }
    newest.set(store, latest)
  }
  await lane.end()
  return stores.map((store) => {
    const hash = store.hash()
    const { source, origin, name } = store
    const latest = newest.get(store) ?? 0
    const snapshot = hash.slice(0, SNAPSHOT_LENGTH)
    return { source, origin, name, hash, snapshot, newest: latest > 0 ? new Date(latest) : null }
  })
}

/** Hashes of everybody who was erased, with the key they were made by; null: nobody was. */
async function erasedHashes(db: Database) {
  const rows = await db.kysely.selectFrom('ttfd.erased_identities').select('identity_hash').execute()
  if (rows.length === 0) return null
  if (!db.keyedHash) throw new Error('ID_HASH_KEY is needed: some members asked to be forgotten')
  const hashes = new Set(rows.map((row) => row.identity_hash.toString('hex')))
  return { key: db.keyedHash, has: (hash: string) => hashes.has(hash) }
}

type IsErased = (platform: 'telegram' | 'discord' | 'website', id: string) => boolean

/** A record as the stage keeps it. One of a person who asked to be forgotten keeps its figures alone, under `erased`. */
function stagedRow(n: number, origin: string, record: OldRecord, isErased: IsErased): object {
  const { source, id } = record
  const claim = 'claimsDiscordId' in record ? record.claimsDiscordId : null
  const claimed = claim !== null && !isErased('discord', claim) ? claim : null
  const gone =
    source === 'website'
      ? record.email === null
        ? claim !== claimed
        : isErased('website', record.email)
      : isErased(source === 'telegram' ? 'telegram' : 'discord', id)
  if (gone) return { n, origin, source: `erased:${source}`, sid: id, ...figuresOf(record) }
  const row = { n, origin, source, sid: id, username: record.username, ...figuresOf(record) }
  switch (source) {
    case 'voice':
      return { ...row, data: { source, voice_seconds: record.voiceSeconds, rest: record.rest } }
    case 'website': {
      const times = timesOf(record)
      return {
        ...row,
        display_name: record.displayName,
        ...times,
        claims_discord: claimed,
        email: record.email,
        password: record.passwordSha256,
        data: { source, created_at: times.created_at, rest: record.rest },
      }
    }
    default: {
      const times = timesOf(record)
      const last_daily = record.lastDaily?.toISOString() ?? null
      const proven = source === 'discord' ? record.provesTelegramId : null
      const granted = knownAchievements(record.achievements)
      return {
        ...row,
        display_name: record.displayName,
        ...times,
        streak: record.streak,
        last_daily,
        claims_discord: claimed,
        proves_telegram: proven !== null && !isErased('telegram', proven) ? proven : null,
        banned: source === 'telegram' ? record.banned : null,
        granted: granted.length > 0 ? granted : null,
        data: {
          source,
          games_played: record.gamesPlayed,
          games_won: record.gamesWon,
          messages: record.messages,
          streak: record.streak,
          last_daily,
          created_at: times.created_at,
          achievements: record.achievements,
          rest: record.rest,
        },
      }
    }
  }
}

/** As text, once: each is needed twice, and a million dates take seconds. */
function timesOf({
  createdAt,
  lastActive,
}: Pick<Exclude<OldRecord, { source: 'voice' }>, 'createdAt' | 'lastActive'>) {
  return { created_at: createdAt?.toISOString() ?? null, last_active: lastActive?.toISOString() ?? null }
}

/** Milliseconds since 1970; 0 when the record knows no times. */
function newestIn(record: OldRecord): number {
  if (record.source === 'voice') return 0
  const daily = record.source === 'website' ? null : record.lastDaily
  return Math.max(record.lastActive?.getTime() ?? 0, record.createdAt?.getTime() ?? 0, daily?.getTime() ?? 0)
}

function figuresOf(record: OldRecord) {
  const none = { xp: 0, coins: 0, games_played: 0, games_won: 0, messages: 0, voice_seconds: 0 }
  switch (record.source) {
    case 'voice':
      return { ...none, voice_seconds: record.voiceSeconds }
    case 'website':
      return none
    default:
      return {
        ...none,
        xp: record.xp,
        coins: record.coins,
        games_played: record.gamesPlayed,
        games_won: record.gamesWon,
        messages: record.messages,
      }
  }
}

function rejectedRow({ source, id, field, reason, value, whole, lost }: Rejected): object {
  const { xp = 0, coins = 0, games = 0, voiceSeconds = 0 } = lost ?? {}
  return { source, id, field, reason, value, whole, xp, coins, games, voice: voiceSeconds }
}

const COLUMNS = {
  records: `n bigint, origin text, source text, sid text, username text, display_name text, created_at timestamptz,
    last_active timestamptz, xp bigint, coins bigint, games_played bigint, games_won bigint, messages bigint,
    voice_seconds bigint, streak bigint, last_daily timestamptz, claims_discord text, proves_telegram text, banned text,
    email text, password text, granted json, data json`,
  links: 't text, d text',
  rejected: `source text, id text, field text, reason text, value text, whole boolean, xp numeric, coins numeric,
    games numeric, voice numeric`,
}

/** Carries rows into the stage in batches, the next being made while the last is on its way. */
class Lane {
  readonly #client: pg.Client
  readonly #rows: Record<keyof typeof COLUMNS, object[]> = { records: [], links: [], rejected: [] }
  readonly #flying: Promise<unknown>[] = []

  constructor(client: pg.Client) {
    this.#client = client
  }

  record(row: object): void {
    this.#rows.records.push(row)
  }
  link(row: object): void {
    this.#rows.links.push(row)
  }
  reject(row: object): void {
    this.#rows.rejected.push(row)
  }

  /** Sends what is enough for a batch; waits when too many are on their way. */
  async flow(least = BATCH): Promise<void> {
    for (const [table, rows] of Object.entries(this.#rows) as [keyof typeof COLUMNS, object[]][]) {
      while (rows.length > 0 && rows.length >= least) {
        while (this.#flying.length >= IN_FLIGHT) await this.#flying.shift()
        const sent = this.#send(table, rows.splice(0, BATCH))
        // Awaited later; until then its failure must not end the process.
        sent.catch(() => {})
        this.#flying.push(sent)
      }
    }
  }

  async end(): Promise<void> {
    await this.flow(1)
    while (this.#flying.length > 0) await this.#flying.shift()
  }

  #send(table: keyof typeof COLUMNS, rows: object[]): Promise<unknown> {
    const names = COLUMNS[table].split(',').map((column) => column.trim().split(' ')[0])
    return this.#client.query({
      name: `stage_${table}`,
      text: `insert into ${STAGE}.${table} (${names.join(', ')})
        select ${names.join(', ')} from json_to_recordset($1::json) as r (${COLUMNS[table]})`,
      values: [JSON.stringify(rows)],
    })
  }
}
