import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Config } from '../../config/config.js'
import { identityKey } from '../../core/accounts/identity.js'
import { newId } from '../../core/events/new-id.js'
import { loadRules } from '../../core/progression/load-rules.js'
import type { Database } from '../../db/connect.js'
import { openStore } from '../../import/open-store.js'
import { type OldStore, SOURCES, UnreadableStoreError } from '../../import/records.js'
import { renderMarkdown, trustedLines } from '../../import/run/markdown.js'
import { ImportRunningError } from '../../import/run/one-at-a-time.js'
import type { ImportReport } from '../../import/run/report.js'
import { type ImportContext, NotApprovedError, runImport } from '../../import/run/run-import.js'
import { twoAtATime } from '../../import/run/two-at-a-time.js'
import { StoresMissingError } from '../../import/run/unified-stores.js'
import { type VerifyReport, verifyImport } from '../../import/run/verify.js'
import { writeSample } from '../../import/sample/write-sample.js'
import { visible } from '../../observability/pretty-line.js'
import { type Cli, type ExitCode, GOOD, printJson, REFUSED, RefusedError } from '../cli.js'
import { confirm } from '../confirm.js'
import { readConfig, withDatabase } from '../open-database.js'
import type { ImportWish } from './import.js'
import { importBar } from './import-bar.js'

/** Lines of each list that a terminal shows; a report file has them all. */
const LINES_ON_TERMINAL = 20

/** `ttfd import --dry-run | --live`. */
export async function importStores(cli: Cli, wish: ImportWish): Promise<ExitCode> {
  const config = readConfig(cli)
  const bar = importBar(cli)
  const report = await withStores(cli, wish, (stores) =>
    withDatabase(cli, config, async (db) => {
      const context = {
        ...(await contextOf(cli, db, config)),
        ...bar.listen(),
        approve: approval(cli, wish, bar.clear),
      }
      const mode = wish.mode === 'live' ? 'live' : 'dry-run'
      return runImport(db, { stores, mode, trustClaims: wish.trustClaims }, context).finally(bar.clear)
    }),
  )
  if (wish.report !== null) await writeReport(cli, wish.report, renderMarkdown(cli.t, report))
  if (wish.json) printJson(cli, report)
  else {
    cli.out(renderMarkdown(cli.t, shortened(report)).trimEnd())
    if (wish.report !== null) cli.out(cli.t('import:report.written', { file: wish.report }))
  }
  return GOOD
}

/** `ttfd import --verify`: exit code 1 for anything that is not as it should be. */
export async function verifyStores(cli: Cli, wish: ImportWish): Promise<ExitCode> {
  const config = readConfig(cli)
  const bar = importBar(cli)
  const onRead = bar.reading()
  const report = await withStores(cli, wish, (stores) =>
    withDatabase(cli, config, (db) =>
      verifyImport(db, { stores, trustClaims: wish.trustClaims }, onRead).finally(bar.clear),
    ),
  )
  const lines = verifyLines(cli, report)
  if (wish.report !== null) await writeReport(cli, wish.report, `${lines.join('\n')}\n`)
  if (wish.json) printJson(cli, report)
  else for (const line of lines) cli.out(line)
  return report.findings.length === 0 ? GOOD : REFUSED
}

/** `ttfd import --sample DIR`. */
export async function writeSampleStores(
  cli: Cli,
  { dir, members }: { dir: string; members: number },
): Promise<ExitCode> {
  const folder = resolve(cli.cwd, dir)
  await writeSample(folder, { members, seed: 1, traps: true })
  cli.out(cli.t('import:sample.written', { dir: folder }))
  return GOOD
}

async function contextOf(cli: Cli, db: Database, config: Config): Promise<ImportContext> {
  return {
    rules: await loadRules(db.kysely, { pay: config.pay, timeZone: config.timeZone }),
    newId: () => newId(Date.now()),
    admins: new Set(config.admins.map(identityKey)),
    now: () => Date.now(),
    unknownBanReason: cli.t('import:ban_without_reason'),
  }
}

/** Whoever trusts claims sees first whom that joins. */
function approval(cli: Cli, wish: ImportWish, clear: () => void) {
  return async (plan: ImportReport): Promise<boolean> => {
    if (!wish.trustClaims || plan.trusted.length === 0) return true
    clear()
    cli.err(`${cli.t('import:report.trusted')}:`)
    for (const line of trustedLines(cli.t, plan)) cli.err(`  ${line}`)
    return confirm(cli, `${cli.t('import:report.trusted')}?`, wish)
  }
}

async function withStores<T>(
  cli: Cli,
  wish: ImportWish,
  work: (stores: OldStore[]) => Promise<T>,
): Promise<T> {
  const stores: OldStore[] = []
  const { timeZone, from, mapping } = wish
  const open = ({ source, where }: ImportWish['places'][number]) =>
    openStore(source, /^postgres(ql)?:\/\//i.test(where) ? where : resolve(cli.cwd, where), {
      timeZone,
      inThreads: true,
      ...(from ? { from } : {}),
      ...(mapping === undefined ? {} : { mapping: resolve(cli.cwd, mapping) }),
    })
  try {
    // Looking through large ones takes seconds.
    await twoAtATime(wish.places, async (place) => void stores.push(await open(place)))
    stores.sort((one, other) => SOURCES.indexOf(one.source) - SOURCES.indexOf(other.source))
    // Another bot's figures must never pass for the own store's.
    if (from && stores.some(({ origin }) => origin !== from)) {
      throw new RefusedError('from_unsupported', cli.t('import:error.from_unsupported', { name: from }), null)
    }
    return await work(stores)
  } catch (error) {
    throw explain(cli, error)
  } finally {
    for (const store of stores) await store.close()
  }
}

function explain(cli: Cli, error: unknown): unknown {
  const { t } = cli
  if (error instanceof UnreadableStoreError) {
    const why = t(`import:unreadable.${error.reason}`, { detail: visible(error.detail) })
    return new RefusedError(
      'unreadable_store',
      t('import:unreadable_store', { store: visible(error.store), why }),
      null,
    )
  }
  if (error instanceof ImportRunningError)
    return new RefusedError('import_running', t('import:error.running'), null)
  if (error instanceof NotApprovedError)
    return new RefusedError('not_approved', t('merging:cli.refused_by_you'), null)
  if (error instanceof StoresMissingError) {
    const missing = error.missing.map((source) => `--${source}`).join(', ')
    return new RefusedError('stores_missing', t('import:error.stores_missing', { missing }), null)
  }
  return error
}

async function writeReport(cli: Cli, file: string, text: string): Promise<void> {
  try {
    // It names people: for its owner alone.
    await writeFile(resolve(cli.cwd, file), text, { mode: 0o600 })
  } catch {
    throw new RefusedError('report_file', cli.t('import:error.report_file', { file }), null)
  }
}

function shortened(report: ImportReport): ImportReport {
  const cut = <T extends { lines: readonly unknown[] }>(part: T): T => ({
    ...part,
    lines: part.lines.slice(0, LINES_ON_TERMINAL),
  })
  return {
    ...report,
    reviews: cut(report.reviews),
    rejected: cut(report.rejected),
    shrunk: cut(report.shrunk),
    unified: cut(report.unified),
  }
}

function verifyLines(cli: Cli, { findings, compared, seed }: VerifyReport): string[] {
  const { t } = cli
  const counts = `COUNT(*) ${seed.accounts}, COUNT(telegram_id) ${seed.telegram}, COUNT(discord_id) ${seed.discord}, COUNT(website_email) ${seed.website}`
  if (findings.length === 0) return [t('import:verify.good', compared), counts]
  return [
    ...findings.flatMap(({ code, total, examples }) => [
      t(`import:verify.finding.${code}`, { total }),
      ...examples.map((example) => `  ${visible(example)}`),
    ]),
    counts,
  ]
}
