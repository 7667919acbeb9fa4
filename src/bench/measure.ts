import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { rebuildBoard } from '../core/boards/board.js'
import { readStandings } from '../core/boards/standings.js'
import { newId } from '../core/events/new-id.js'
import { readProfile } from '../core/profiles/read-profile.js'
import type { Award } from '../core/progression/award.js'
import { AwardWriter } from '../core/progression/award-writer.js'
import { loadRules } from '../core/progression/load-rules.js'
import type { Database } from '../db/connect.js'
import { withClient } from '../db/with-client.js'

/** What a server can do; medians over the rounds. */
export type Measured = {
  /** Awards a second through the writer, each durable before it counts. */
  awardsPerSecond: number
  /** One award by itself, from the call to its durable answer. */
  loneAwardMs: number
  profileMs: number
  placeMs: number
  /** The machine's own: an 8 KiB page written and synced to the disk. */
  syncsPerSecond: number
  /** The database's own: one row, one transaction, one connection. */
  plainInsertsPerSecond: number
}

export type MeasureOptions = {
  timeZone: string
  /** A folder on the disk that is measured. */
  folder: string
  rounds: number
  onProgress?: (done: number, total: number) => void
}

const ACCOUNTS = 2_000
const IN_FLIGHT = { postgres: 1_000, embedded: 200 }
const PAGE = Buffer.alloc(8_192, 1)
const SHORT_MS = 300
const LONG_MS = 1_000

/** Measures on an empty, migrated database that nobody needs; outside figures stand between ours, round by round. */
export async function measure(db: Database, options: MeasureOptions): Promise<Measured> {
  const { timeZone, folder, rounds, onProgress } = options
  await fill(db)
  const rules = await loadRules(db.kysely, { pay: true, timeZone })
  const writer = new AwardWriter(db, { rules: () => rules, newId: () => newId(Date.now()) })
  const member = (n: number) => 1 + ((n * 7919) % ACCOUNTS)
  const choice = { board: 'xp', period: 'all', from: null } as const
  const steps: { name: keyof Measured; run: () => Promise<number> }[] = [
    { name: 'syncsPerSecond', run: async () => syncs(folder) },
    { name: 'plainInsertsPerSecond', run: () => plainInserts(db) },
    { name: 'awardsPerSecond', run: () => awards(db, writer) },
    { name: 'loneAwardMs', run: () => median(() => writer.award(nextAward())) },
    { name: 'profileMs', run: () => median((n) => readProfile(db.kysely, member(n), rules)) },
    { name: 'placeMs', run: () => median((n) => readStandings(db.kysely, choice, [member(n)])) },
  ]
  const found = new Map<keyof Measured, number[]>(steps.map(({ name }) => [name, []]))
  try {
    await awards(db, writer, SHORT_MS)
    await rebuildBoard(db, () => performance.now(), timeZone)
    for (let done = 0; done < rounds * steps.length; done++) {
      const step = steps[done % steps.length]
      if (step) found.get(step.name)?.push(await step.run())
      onProgress?.(done + 1, rounds * steps.length)
    }
  } finally {
    await writer.close()
  }
  return Object.fromEntries([...found].map(([name, values]) => [name, middle(values)])) as Measured
}

async function fill(db: Database): Promise<void> {
  await sql`insert into ttfd.accounts (claimed_at) select now() from generate_series(1, ${ACCOUNTS})`.execute(
    db.kysely,
  )
  await sql`
    insert into unified_users (id, telegram_id, display_name, xp, primary_platform)
    select id, id::text, 'Member ' || id, 0, 'telegram' from ttfd.accounts`.execute(db.kysely)
  await sql`insert into ttfd.account_limits (account_id) select id from ttfd.accounts`.execute(db.kysely)
  await sql`
    insert into ttfd.identities (platform, platform_id, account_id) select 'telegram', telegram_id, id from unified_users`.execute(
    db.kysely,
  )
  await sql`create table ttfd.plain_inserts (id bigint generated always as identity primary key, said text not null)`.execute(
    db.kysely,
  )
  await sql`analyze`.execute(db.kysely)
}

let serial = 0

/** A message of one member after the other. */
function nextAward(): Award {
  serial += 1
  return {
    key: `telegram:message:bench:${serial}`,
    who: { platform: 'telegram', id: String(1 + (serial % ACCOUNTS)) },
    occurredAt: new Date(),
    source: 'telegram',
    act: {
      type: 'message',
      length: 60,
      fingerprint: serial.toString(16).padStart(16, '0'),
      multiplier: 1,
      place: '1',
    },
  }
}

async function awards(db: Database, writer: AwardWriter, ms = LONG_MS): Promise<number> {
  const began = performance.now()
  let done = 0
  const line = async () => {
    while (performance.now() - began < ms) {
      const outcome = await writer.award(nextAward())
      if (outcome.status !== 'recorded') throw new Error(`an award was ${outcome.status}`)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT[db.kind] }, line))
  return perSecond(done, began)
}

function plainInserts(db: Database): Promise<number> {
  return withClient(db, async (client) => {
    const began = performance.now()
    let done = 0
    for (; performance.now() - began < SHORT_MS; done++)
      await client.query({ name: 'plain', text: `insert into ttfd.plain_inserts (said) values ('x')` })
    return perSecond(done, began)
  })
}

function syncs(folder: string): number {
  const path = join(folder, 'sync-probe')
  const file = openSync(path, 'w', 0o600)
  try {
    const began = performance.now()
    let done = 0
    for (; performance.now() - began < SHORT_MS; done++) {
      writeSync(file, PAGE, 0, PAGE.length, 0)
      fdatasyncSync(file)
    }
    return perSecond(done, began)
  } finally {
    closeSync(file)
    rmSync(path, { force: true })
  }
}

/** Milliseconds of the middle one of many calls, one after another. */
async function median(call: (n: number) => Promise<unknown>): Promise<number> {
  const times: number[] = []
  const began = performance.now()
  for (let n = 0; performance.now() - began < SHORT_MS; n++) {
    const at = performance.now()
    await call(n)
    times.push(performance.now() - at)
  }
  return middle(times)
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

function perSecond(count: number, began: number): number {
  return count / ((performance.now() - began) / 1000)
}
