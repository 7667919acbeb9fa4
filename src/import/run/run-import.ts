import type pg from 'pg'
import type { LinkContext } from '../../core/linking/link-request.js'
import { mergeAccounts } from '../../core/merging/merge-accounts.js'
import { askSweep } from '../../core/roles/guild-roles.js'
import type { Database } from '../../db/connect.js'
import type { OldStore } from '../records.js'
import { type ApplyContext, applyPlan, welcomeBack } from './apply.js'
import {
  balances,
  linkedCounts,
  plannedCounts,
  plannedReviews,
  rejectedLines,
  seedCounts,
  shrunkLines,
  storeFigures,
  trustedPairs,
  unifiedLines,
} from './figures.js'
import { makePlan, takenAt } from './plan.js'
import type { ImportMode, ImportReport, StoreReport } from './report.js'
import { WRITE_REVIEWS } from './review-statements.js'
import { type StagedStore, stageStores } from './stage-stores.js'
import { STAGE, withStage } from './staging.js'
import { requireStoresOfUnified } from './unified-stores.js'

export type ImportPhase = 'read' | 'plan' | 'apply' | 'settle'

export type ImportContext = Pick<LinkContext, 'rules' | 'newId' | 'admins'> & {
  now: () => number
  /** Why somebody is banned of whom the old bot kept no reason: for the member. */
  unknownBanReason: string
  /** How far the run is; `total` null: not known. `name`: what is being read. */
  onProgress?: (phase: ImportPhase, done: number, total: number | null, name: string) => void
  /** Sees the plan before a live run writes anything; false ends it there. */
  approve?: (plan: ImportReport) => Promise<boolean>
}

/** Whoever was asked to approve the plan did not. */
export class NotApprovedError extends Error {
  override name = 'NotApprovedError'
}

export type ImportOrder = {
  stores: readonly OldStore[]
  mode: ImportMode
  trustClaims: boolean
}

/** Plans made anew because accounts changed while one was applied; each is smaller than the last. */
const PASSES_MAX = 8

/**
 * Brings old stores over. `dry-run` makes the same plan and the same report and leaves nothing behind; `live` applies it
 * in pieces of well under a second while the bots go on. May be killed anywhere and run again, and the same content
 * brings nothing twice. Before anything is written it may throw UnreadableStoreError, ImportRunningError,
 * StoresMissingError and NotApprovedError.
 */
export async function runImport(
  db: Database,
  { stores, mode, trustClaims }: ImportOrder,
  context: ImportContext,
): Promise<ImportReport> {
  const began = context.now()
  const tell = context.onProgress ?? (() => {})
  return withStage(db, async (client) => {
    const staged = await stageStores(db, client, stores, (store, done, total) =>
      tell('read', done, total, store.name),
    )
    tell('plan', 0, null, '')
    await requireStoresOfUnified(client, staged)
    const replan = () => makePlan(client, staged, { trustClaims })
    await replan()
    const report = await draftReport(client, staged, { mode, startedAt: new Date(began) })
    if (mode === 'live') {
      if (context.approve && !(await context.approve(report))) throw new NotApprovedError('not approved')
      await noteSnapshots(client, report.stores, staged)
      report.pieces = await applyAll(db, client, replan, context)
      tell('settle', 0, null, '')
      report.linked.merged = await mergeProven(db, client, context)
      await client.query(WRITE_REVIEWS)
      await finishSnapshots(client, staged)
      await askSweep(db.kysely)
      report.seed.expected.accounts -= report.linked.merged
    }
    report.seed.after = await seedCounts(client)
    report.balances.after = await balances(client)
    report.reviews.open = await openReviews(client)
    report.seconds = Math.round((context.now() - began) / 100) / 10
    return report
  })
}

async function draftReport(
  client: pg.Client,
  staged: readonly StagedStore[],
  { mode, startedAt }: { mode: ImportMode; startedAt: Date },
): Promise<ImportReport> {
  const before = await seedCounts(client)
  const planned = await plannedCounts(client)
  const balance = await balances(client)
  return {
    mode,
    startedAt: startedAt.toISOString(),
    seconds: 0,
    pieces: null,
    stores: await storeFigures(client, staged),
    accounts: { fresh: planned.accounts, existing: planned.existing },
    linked: { ...(await linkedCounts(client)), merged: 0 },
    trusted: await trustedPairs(client),
    reviews: { ...(await plannedReviews(client)), open: 0 },
    rejected: await rejectedLines(client),
    shrunk: await shrunkLines(client),
    unified: await unifiedLines(client),
    seed: {
      before,
      expected: {
        accounts: before.accounts + planned.accounts,
        telegram: before.telegram + planned.telegram,
        discord: before.discord + planned.discord,
        website: before.website + planned.website,
      },
      after: before,
    },
    balances: { before: balance, after: balance },
  }
}

/** Before the first piece: growth is measured against snapshots, also against one whose import was killed. */
async function noteSnapshots(
  client: pg.Client,
  reports: readonly StoreReport[],
  staged: readonly StagedStore[],
): Promise<void> {
  for (const store of staged) {
    const { hash, name, ...figures } = reports.find((one) => one.origin === store.origin) ?? store
    await client.query(
      `insert into ttfd.import_snapshots (origin, snapshot, name, taken_at, figures, started_at)
       values ($1, $2, $3, coalesce($4, now()), $5, now()) on conflict (origin, snapshot) do nothing`,
      [store.origin, hash, name, takenAt(store, staged), JSON.stringify(figures)],
    )
  }
}

/**
 * The one commit of an import that waits for the disk. Pieces do not: they stand before it in the same log, so what this
 * one promises holds for them too, and what a power cut takes before it, the next run brings over again.
 */
async function finishSnapshots(client: pg.Client, staged: readonly StagedStore[]): Promise<void> {
  for (const { origin, hash } of staged) {
    await client.query(
      `update ttfd.import_snapshots set finished_at = coalesce(finished_at, now()) where origin = $1 and snapshot = $2`,
      [origin, hash],
    )
  }
}

async function applyAll(
  db: Database,
  client: pg.Client,
  replan: () => Promise<void>,
  context: ImportContext,
): Promise<NonNullable<ImportReport['pieces']>> {
  const { onProgress, ...rest } = context
  const apply: ApplyContext = { ...rest, onProgress: (done, total) => onProgress?.('apply', done, total, '') }
  if ((await welcomeBack(db, client, apply)) > 0) await replan()
  const written = { count: 0, longestMs: 0 }
  for (let pass = 1; ; pass++) {
    const { stale, pieces, longestMs } = await applyPlan(db, client, apply)
    written.count += pieces
    written.longestMs = Math.max(written.longestMs, longestMs)
    if (stale === 0) return written
    if (pass >= PASSES_MAX)
      throw new Error(`${stale} accounts changed each time before they were reached; run again`)
    await welcomeBack(db, client, apply)
    await replan()
  }
}

/**
 * People whom a proof joins and who had an account on either side here: the ordinary merge, with its notices, freeze and
 * undo. Where that is refused, the owner decides. Returns how many were merged.
 */
async function mergeProven(db: Database, client: pg.Client, context: ImportContext): Promise<number> {
  const { rows } = await client.query<{ t: string; d: string; survivor: number; loser: number }>(`
    select p.t, p.d, case when ud.xp > ut.xp then ud.id else ut.id end as survivor,
      case when ud.xp > ut.xp then ut.id else ud.id end as loser
    from ${STAGE}.pairs p join unified_users ut on ut.telegram_id = p.t join unified_users ud on ud.discord_id = p.d
    where p.state = 'accounts' and ut.id <> ud.id order by p.t`)
  let merged = 0
  for (const { t, d, survivor, loser } of rows) {
    const now = new Date(context.now())
    const ended = await mergeAccounts(db, { survivor, loser, by: 'operator' }, { ...context, now })
    if (ended.status === 'merged') merged += 1
    else {
      const reason = ended.status === 'refused' ? ended.reason : 'changed'
      await client.query(
        `insert into ttfd.import_reviews (key, kind, claimant_platform, claimant_id, claimed_platform, claimed_id, detail)
         values ($1, 'accounts', 'telegram', $2, 'discord', $3, $4) on conflict (key) do nothing`,
        [`accounts:${t}:${d}`, t, d, JSON.stringify({ reason })],
      )
    }
  }
  return merged
}

async function openReviews(client: pg.Client): Promise<number> {
  const { rows } = await client.query(
    `select count(*)::int as n from ttfd.import_reviews where state = 'open'`,
  )
  return rows[0].n
}
