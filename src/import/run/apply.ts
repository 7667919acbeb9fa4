import { CompiledQuery } from 'kysely'
import type pg from 'pg'
import { ensureAccount } from '../../core/accounts/ensure-account.js'
import type { Identity } from '../../core/accounts/identity.js'
import { CHANGED_CHANNEL } from '../../core/progression/award-statements.js'
import type { Rules } from '../../core/progression/rules.js'
import { restrict } from '../../core/restrictions/restrict.js'
import type { Database, Tx } from '../../db/connect.js'
import * as chunk from './chunk-statements.js'
import { LOGINS_STATEMENTS } from './login-statements.js'
import { COUNTER_EVENTS, FIND_OPENINGS, REVERSE_OPENINGS } from './opening-statements.js'
import { STAGE } from './staging.js'

export type ApplyContext = {
  rules: Rules
  newId: () => string
  now: () => number
  /** ADMIN_ACCOUNTS: nobody bans them. */
  admins: ReadonlySet<string>
  /** Why somebody is banned of whom the old bot kept no reason. */
  unknownBanReason: string
  /** Told after each committed piece: accounts done and planned. */
  onProgress?: (done: number, total: number) => void
}

/** A piece should take this long; it must never take 1 s. */
const AIM_MS = 350
const FIRST_PIECE = 200
const LARGEST_PIECE = 10_000
/** Accounts after which the database first looks at what it holds now; then after eight times as many, twice more. */
const FIRST_LOOK = 150
const LAST_LOOK = 5_000
/** Pieces written at once: as many as the cores of a small server. */
const LANES = 2
const RETRIES_MAX = 20
const UNIQUE_VIOLATION = '23505'

/**
 * Brings over everything that is planned, in committed pieces that take well under a second, each locking only its own
 * accounts in id order. Returns how many accounts were left out because they changed since the plan was made: plan again.
 */
export async function applyPlan(
  db: Database,
  client: pg.Client,
  context: ApplyContext,
): Promise<{ stale: number }> {
  const total = await scalar(
    client,
    `select count(*)::int from (select from ${STAGE}.plan group by root) roots`,
  )
  let done = 0
  let stale = 0
  let nextLook = FIRST_LOOK
  // Pieces are cut one behind the other, the next while the last is being written, so that no two lanes share an account.
  const cut = async (after: string, size: number): Promise<Piece | null> => {
    const upTo = await endOfPiece(client, after, size)
    return upTo === null ? null : { after, upTo, size }
  }
  let ahead = cut('', FIRST_PIECE)
  const nextPiece = (size: number) => {
    const piece = ahead
    ahead = piece.then((taken) => (taken ? cut(taken.upTo, size) : null))
    // Whoever takes it hears of its failure.
    ahead.catch(() => {})
    return piece
  }
  const lane = async () => {
    let size = FIRST_PIECE
    for (;;) {
      const piece = await nextPiece(size)
      if (!piece) return
      const began = context.now()
      const applied = await applyPiece(db, client, piece, context)
      const took = Math.max(1, context.now() - began)
      size = Math.round(
        Math.min(LARGEST_PIECE, Math.max(20, size * Math.min(2, Math.max(0.3, AIM_MS / took)))),
      )
      stale += applied.stale
      done += applied.accounts + applied.stale
      context.onProgress?.(done, total)
      if (done >= nextLook) {
        nextLook = nextLook < LAST_LOOK ? nextLook * 8 : Number.POSITIVE_INFINITY
        for (const table of chunk.FILLED) await client.query(`analyze ${table}`)
      }
    }
  }
  // The embedded database does one thing at a time.
  await Promise.all(Array.from({ length: db.kind === 'postgres' ? LANES : 1 }, lane))
  return { stale }
}

/** The last root of a piece of about `size` accounts; null at the end. */
async function endOfPiece(client: pg.Client, after: string, size: number): Promise<string | null> {
  const { rows } = await client.query<{ last: string | null }>({
    name: 'import_piece',
    text: `select coalesce(
      (select root from ${STAGE}.plan where root > $1 order by root offset $2 limit 1),
      (select root from ${STAGE}.plan where root > $1 order by root desc limit 1)) as last`,
    values: [after, size],
  })
  return rows[0]?.last ?? null
}

/**
 * Writes a piece. When somebody in it got an account here since the plan was made, the unique keys say so and all of it
 * is undone: once it is tried again, looking at each first, then in halves, so that a busy hour stops nobody.
 */
async function applyPiece(
  db: Database,
  client: pg.Client,
  piece: Piece,
  context: ApplyContext,
): Promise<Applied> {
  const { after, upTo, size } = piece
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction((tx) => writePiece(tx, piece, { ...context, isSuspicious: attempt > 1 }))
    } catch (error) {
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION || attempt >= RETRIES_MAX) throw error
    }
    const middle = attempt === 1 || size <= 1 ? null : await endOfPiece(client, after, Math.floor(size / 2))
    if (middle === null || middle >= upTo) continue
    const half = { size: Math.ceil(size / 2) }
    const first = await applyPiece(db, client, { ...half, after, upTo: middle }, context)
    const second = await applyPiece(db, client, { ...half, after: middle, upTo }, context)
    return { accounts: first.accounts + second.accounts, stale: first.stale + second.stale }
  }
}

async function writePiece(
  tx: Tx,
  { after, upTo }: Piece,
  context: ApplyContext & { isSuspicious: boolean },
): Promise<Applied> {
  const { rules, now } = context
  const run = async (text: string, values: readonly unknown[] = []) =>
    (await tx.executeQuery<Record<string, unknown>>(CompiledQuery.raw(text, [...values]))).rows
  const zone = rules.timeZone
  const ranks = [rules.ranks.map((rank) => rank.xp_needed), rules.ranks.map((rank) => rank.id)]
  const taking = { '': [], zone: [zone], ranks, both: [zone, ...ranks], time: [timeOfIds(now())] }

  await run(chunk.PREPARE)
  await run(chunk.GATHER, [after, upTo, zone])
  await run(chunk.INDEX_CHUNK)
  const planned = (await run(chunk.COUNT))[0] as Counted | undefined
  if ((planned?.existing ?? 0) > 0) await run(chunk.LOCK)
  const check = context.isSuspicious ? chunk.DROP_STALE : chunk.DROP_STALE_EXISTING
  const stale = context.isSuspicious || (planned?.existing ?? 0) > 0 ? (await run(check)).length : 0
  const counted = stale > 0 ? ((await run(chunk.COUNT))[0] as Counted | undefined) : planned
  if (!counted || counted.accounts === 0) return { accounts: 0, stale }
  const { accounts, existing, addresses, has_known, has_achievements, has_bans, has_growth } = counted
  if (existing > 0) {
    await run(FIND_OPENINGS)
    for (const statement of REVERSE_OPENINGS) await run(statement)
    await run(COUNTER_EVENTS, taking.time)
  }
  if (existing < accounts) {
    for (const { text, takes } of chunk.CREATE_ACCOUNTS) await run(text, taking[takes])
  }
  await run(chunk.IMPORTED_EVENTS, taking.time)
  if (existing > 0) for (const { text, takes } of chunk.ADD_TO_ACCOUNTS) await run(text, taking[takes])
  if (has_achievements) await run(chunk.GRANT_ACHIEVEMENTS)
  await run(chunk.REMEMBER)
  if (has_known) await run(chunk.REMEMBER_MORE)
  if (has_growth) await run(chunk.ASK_OWNER)
  if (addresses > 0) for (const { text, takes } of LOGINS_STATEMENTS) await run(text, taking[takes])
  if (has_bans) await banWhoWasBanned(tx, await run(chunk.FIND_BANNED), context)
  if (existing > 0) {
    const ids = (await run(chunk.CHANGED)).map((row) => row.account_id)
    await run('select pg_notify($1, $2)', [CHANGED_CHANNEL, ids.join(',')])
  }
  return { accounts, stale }
}

/** Roots above `after` up to `upTo`, about `size` of them. Compared by bytes, as the database does. */
type Piece = { after: string; upTo: string; size: number }
type Applied = { accounts: number; stale: number }

type Counted = { accounts: number; existing: number; addresses: number } & Record<
  'has_known' | 'has_achievements' | 'has_bans' | 'has_growth',
  boolean
>

const REASON_MAX = 500

/** Whoever was banned in the old bot is banned here, once: lifting it here outlasts the next import. */
async function banWhoWasBanned(
  tx: Tx,
  rows: Record<string, unknown>[],
  context: ApplyContext,
): Promise<void> {
  for (const { account_id, sid, banned } of rows) {
    const reason = String(banned).trim().slice(0, REASON_MAX) || context.unknownBanReason
    await restrict(
      tx,
      {
        accountId: Number(account_id),
        kind: 'banned',
        reason,
        givenBy: 'import:telegram',
        key: `import:telegram:${String(sid)}`,
        silent: true,
      },
      { now: new Date(context.now()), rules: context.rules, newId: context.newId, admins: context.admins },
    )
  }
}

/**
 * Makes accounts for planned people who once were here and left their account (unlinked): through the ordinary door, so
 * that the marks they carry hold. Returns how many; the plan must be made again then.
 */
export async function welcomeBack(db: Database, client: pg.Client, context: ApplyContext): Promise<number> {
  const { rows } = await client.query<{
    platform: Identity['platform']
    platform_id: string
    name: string | null
  }>(`
    select i.platform, i.platform_id, max(r.display_name) as name
    from ${STAGE}.plan p join ${STAGE}.records r on r.n = p.n
      join ttfd.identities i on i.account_id is null and ((i.platform = 'telegram' and i.platform_id = p.t)
        or (i.platform = 'discord' and i.platform_id = p.d) or (i.platform = 'website' and i.platform_id = p.e))
    where p.account_id is null group by i.platform, i.platform_id`)
  for (const { platform, platform_id: id, name } of rows) {
    const ensure = { now: new Date(context.now()), newId: context.newId, timeZone: context.rules.timeZone }
    await ensureAccount(db, { platform, id }, { displayName: name }, ensure)
  }
  return rows.length
}

/** The beginning of a UUID v7, as the statements take it. */
function timeOfIds(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}`
}

async function scalar(client: pg.Client, text: string): Promise<number> {
  const { rows } = await client.query<Record<string, number>>(text)
  return Object.values(rows[0] ?? {})[0] ?? 0
}
