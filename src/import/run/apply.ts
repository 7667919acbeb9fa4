import { CompiledQuery } from 'kysely'
import type pg from 'pg'
import { ensureAccount } from '../../core/accounts/ensure-account.js'
import type { Identity } from '../../core/accounts/identity.js'
import { CHANGED_CHANNEL } from '../../core/progression/award-statements.js'
import type { Rules } from '../../core/progression/rules.js'
import { restrict } from '../../core/restrictions/restrict.js'
import type { Database, Tx } from '../../db/connect.js'
import * as chunk from './chunk-statements.js'
import { FIND_LOGINS, FIND_NEW_LOGINS, LOGINS_STATEMENTS } from './login-statements.js'
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
const FIRST_PIECE = 100
const SMALLEST_PIECE = 20
const LARGEST_PIECE = 10_000
/** Of an id, what one statement's ids have in common. */
const ID_START = 27
/** Accounts after which the database first looks at what it holds now; then after eight times as many, twice more. */
const FIRST_LOOK = 150
const LAST_LOOK = 5_000
/** Pieces written at once: as many as the cores of a small server. */
const LANES = 2
const RETRIES_MAX = 20
const UNIQUE_VIOLATION = '23505'

/**
 * Brings over everything that is planned, in committed pieces that take well under a second, each locking only its own
 * accounts in id order. `stale` accounts were left out because they changed since the plan was made: plan again.
 */
export async function applyPlan(db: Database, client: pg.Client, context: ApplyContext): Promise<Applied> {
  const total = await accountsPlanned(client)
  const all: Applied = { accounts: 0, stale: 0, pieces: 0, longestMs: 0 }
  let nextLook = FIRST_LOOK
  let cutUpTo = 0
  const lane = async () => {
    let size = FIRST_PIECE
    while (cutUpTo < total) {
      // Pieces are cut one behind the other, so that no two lanes share an account.
      const piece = { after: cutUpTo, upTo: Math.min(total, cutUpTo + size) }
      cutUpTo = piece.upTo
      const applied = await applyPiece(db, piece, context)
      size = nextSize(size / applied.pieces, applied.longestMs)
      add(all, applied)
      const done = all.accounts + all.stale
      context.onProgress?.(done, total)
      if (done >= nextLook) {
        nextLook = nextLook < LAST_LOOK ? nextLook * 8 : Number.POSITIVE_INFINITY
        for (const table of chunk.FILLED) await client.query(`analyze ${table}`)
      }
    }
  }
  // The embedded database does one thing at a time.
  await Promise.all(Array.from({ length: db.kind === 'postgres' ? LANES : 1 }, lane))
  return all
}

function nextSize(size: number, tookMs: number): number {
  const change = Math.min(2, Math.max(0.3, AIM_MS / tookMs))
  return Math.round(Math.min(LARGEST_PIECE, Math.max(SMALLEST_PIECE, size * change)))
}

async function accountsPlanned(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ last: number }>(
    `select coalesce(max(k), 0) as last from ${STAGE}.plan`,
  )
  return rows[0]?.last ?? 0
}

/**
 * Writes a piece. When somebody in it got an account here since the plan was made, the unique keys say so and all of it
 * is undone: once it is tried again, looking at each first, then in halves, so that a busy hour stops nobody.
 */
async function applyPiece(db: Database, piece: Piece, context: ApplyContext): Promise<Applied> {
  const { after, upTo } = piece
  for (let attempt = 1; ; attempt++) {
    const began = context.now()
    try {
      const written = await db.transaction((tx) =>
        writePiece(tx, piece, { ...context, isSuspicious: attempt > 1 }),
      )
      return { ...written, pieces: 1, longestMs: Math.max(1, context.now() - began) }
    } catch (error) {
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION || attempt >= RETRIES_MAX) throw error
    }
    if (attempt === 1 || upTo - after <= 1) continue
    const middle = Math.floor((after + upTo) / 2)
    const both = await applyPiece(db, { after, upTo: middle }, context)
    add(both, await applyPiece(db, { after: middle, upTo }, context))
    return both
  }
}

function add(all: Applied, { accounts, stale, pieces, longestMs }: Applied): void {
  all.accounts += accounts
  all.stale += stale
  all.pieces += pieces
  all.longestMs = Math.max(all.longestMs, longestMs)
}

async function writePiece(
  tx: Tx,
  { after, upTo }: Piece,
  context: ApplyContext & { isSuspicious: boolean },
): Promise<Pick<Applied, 'accounts' | 'stale'>> {
  const { rules, isSuspicious } = context
  const run = async (text: string, values: readonly unknown[] = []) =>
    (await tx.executeQuery<Record<string, unknown>>(CompiledQuery.raw(text, [...values]))).rows
  const zone = rules.timeZone
  const ranks = [rules.ranks.map((rank) => rank.xp_needed), rules.ranks.map((rank) => rank.id)]
  const taking = {
    '': () => [],
    zone: () => [zone],
    ranks: () => ranks,
    both: () => [zone, ...ranks],
    ids: () => [idStart()],
  }
  const idStart = () => context.newId().slice(0, ID_START)
  const piece = [after, upTo]

  await run(chunk.PREPARE)
  await run(chunk.GATHER, [...piece, zone])
  await run(chunk.INDEX_CHUNK)
  const planned = (await run(chunk.COUNT))[0] as Counted | undefined
  if ((planned?.existing ?? 0) > 0) await run(chunk.LOCK)
  const check = isSuspicious ? chunk.DROP_STALE : chunk.DROP_STALE_EXISTING
  const stale = isSuspicious || (planned?.existing ?? 0) > 0 ? (await run(check)).length : 0
  const counted = stale > 0 ? ((await run(chunk.COUNT))[0] as Counted | undefined) : planned
  if (!counted || counted.accounts === 0) return { accounts: 0, stale }
  const { accounts, existing, addresses } = counted
  if (existing > 0) {
    await run(FIND_OPENINGS)
    for (const statement of REVERSE_OPENINGS) await run(statement)
    await run(COUNTER_EVENTS, [idStart()])
  }
  if (existing < accounts) {
    for (const { text, takes } of chunk.CREATE_ACCOUNTS) await run(text, taking[takes]())
  }
  await run(existing > 0 ? chunk.IMPORTED_EVENTS : chunk.FIRST_EVENTS, [...piece, idStart()])
  if (existing > 0) for (const { text, takes } of chunk.ADD_TO_ACCOUNTS) await run(text, taking[takes]())
  if (counted.has_achievements) await run(chunk.GRANT_ACHIEVEMENTS)
  await run(chunk.REMEMBER, piece)
  if (counted.has_known) await run(chunk.REMEMBER_MORE, piece)
  if (counted.has_growth) await run(chunk.ASK_OWNER, piece)
  if (addresses > 0) {
    await run(isSuspicious || counted.has_registered ? FIND_LOGINS : FIND_NEW_LOGINS, [...piece, idStart()])
    for (const { text, takes } of LOGINS_STATEMENTS) await run(text, taking[takes]())
  }
  if (counted.has_bans) await banWhoWasBanned(tx, await run(chunk.FIND_BANNED, piece), context)
  if (existing > 0) {
    const ids = (await run(chunk.CHANGED)).map((row) => row.account_id)
    await run('select pg_notify($1, $2)', [CHANGED_CHANNEL, ids.join(',')])
  }
  return { accounts, stale }
}

/** Accounts of the plan numbered above `after` up to `upTo`. */
type Piece = { after: number; upTo: number }
/** What was written; `longestMs`: of the pieces that were committed. */
type Applied = { accounts: number; stale: number; pieces: number; longestMs: number }

type Counted = { accounts: number; existing: number; addresses: number } & Record<
  'has_known' | 'has_achievements' | 'has_bans' | 'has_growth' | 'has_registered',
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
    select i.platform, i.platform_id, max(p.display_name) as name
    from ${STAGE}.plan p
      join ttfd.identities i on i.account_id is null and ((i.platform = 'telegram' and i.platform_id = p.t)
        or (i.platform = 'discord' and i.platform_id = p.d) or (i.platform = 'website' and i.platform_id = p.e))
    where p.account_id is null group by i.platform, i.platform_id`)
  for (const { platform, platform_id: id, name } of rows) {
    const ensure = { now: new Date(context.now()), newId: context.newId, timeZone: context.rules.timeZone }
    await ensureAccount(db, { platform, id }, { displayName: name }, ensure)
  }
  return rows.length
}
