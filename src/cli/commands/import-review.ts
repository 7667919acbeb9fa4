import { Command } from 'commander'
import { acceptReview, type RefuseReview, refuseReview } from '../../core/imports/decide-review.js'
import { listReviews, type Review, readReview } from '../../core/imports/read-reviews.js'
import { broughtWords, growthWords } from '../../import/run/review-words.js'
import { type Cli, type ExitCode, GOOD, printJson, REFUSED, RefusedError, WrongUseError } from '../cli.js'
import { confirm } from '../confirm.js'
import { readConfig, withDatabase } from '../open-database.js'
import { actorName, operatorContext } from '../operator.js'
import type { Done } from '../program.js'
import { renderTable } from '../table.js'

type Options = { yes?: boolean; all?: boolean; json?: boolean }

const PAGE = 500

/**
 * `ttfd import review [list|accept|refuse]`: what an import left to the owner. Options by the names of `import`'s own are
 * taken by it, wherever they stand.
 */
export function importReviewCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  const review = new Command('review').description(t('import:review.command'))
  review
    .command('list', { isDefault: true })
    .description(t('import:review.list'))
    .option('--all', t('import:option.all'))
    .option('--json', t('cli:option.json'))
    .action(async (_: Options, command: Command) => done(await list(cli, command.optsWithGlobals<Options>())))
  for (const decision of ['accept', 'refuse'] as const) {
    review
      .command(decision)
      .description(t(`import:review.${decision}`))
      .argument('<id>', t('import:review.argument'))
      .option('--yes', t('import:option.yes'))
      .option('--json', t('cli:option.json'))
      .action(async (word: string, _: Options, command: Command) =>
        done(await decide(cli, decision, word, command.optsWithGlobals<Options>())),
      )
  }
  return review
}

async function list(cli: Cli, { all = false, json = false }: Options): Promise<ExitCode> {
  const { t } = cli
  return withDatabase<ExitCode>(cli, readConfig(cli), async (db) => {
    const reviews: Review[] = []
    for (;;) {
      const page = await listReviews(db.kysely, { after: reviews.at(-1)?.id ?? 0, limit: PAGE, all })
      reviews.push(...page)
      if (page.length < PAGE) break
    }
    if (json) printJson(cli, reviews)
    else if (reviews.length === 0) cli.out(t('import:review.none'))
    else for (const line of render(cli, reviews)) cli.out(line)
    return GOOD
  })
}

function render(cli: Cli, reviews: readonly Review[]): string[] {
  const { t } = cli
  const columns = ['id', 'kind', 'claimant', 'claimed', 'remark', 'state'].map((name) => ({
    title: t(`import:review.columns.${name}`),
  }))
  const rows = reviews.map((review) => [
    String(review.id),
    t(`import:report.kind.${review.kind}`),
    sideOf(cli, review, 'claimant'),
    review.claimed ? sideOf(cli, review, 'claimed') : growthWords(t, review.detail),
    remark(cli, review),
    t(`import:review.state.${review.state}`),
  ])
  return renderTable(columns, rows, cli.columns)
}

function side({ platform, id, accountId }: Review['claimant']): string {
  return accountId === null ? `${platform}:${id}` : `${platform}:${id} (${accountId})`
}

/** Who it is, and what his old record brought. */
function sideOf({ t }: Cli, review: Review, which: 'claimant' | 'claimed'): string {
  const one = review[which]
  if (!one) return ''
  const words = broughtWords(t, review.detail, { side: which, platform: one.platform })
  return words === null ? side(one) : `${side(one)}, ${words}`
}

function remark({ t }: Cli, { sameName, detail }: Review): string {
  if (detail.other_proof === true) return t('import:review.other_proof')
  return sameName ? t('import:report.same_name') : ''
}

async function decide(
  cli: Cli,
  decision: 'accept' | 'refuse',
  word: string,
  options: Options,
): Promise<ExitCode> {
  const { t } = cli
  if (!/^\d{1,15}$/.test(word)) throw new WrongUseError(t('import:misuse.review_id'))
  const id = Number(word)
  const unknown = () => new RefusedError('unknown_review', t('import:error.unknown_review', { id }), null)
  const config = readConfig(cli)
  return withDatabase<ExitCode>(cli, config, async (db) => {
    const context = await operatorContext(db, config)
    const by = actorName()
    const review = await readReview(db.kysely, id)
    if (review?.state !== 'open') throw unknown()
    const other = review.claimed ? sideOf(cli, review, 'claimed') : growthWords(t, review.detail)
    const what = `${sideOf(cli, review, 'claimant')} + ${other}.`
    if (decision === 'refuse') {
      if (review.kind === 'joined') {
        if (!(await confirm(cli, t('import:review.part_question', { id, what }), options))) return REFUSED
      }
      return refuse(cli, await refuseReview(db, { id, by }, context), { id, options, unknown })
    }
    if (!(await confirm(cli, t(`import:review.${questionOf(review)}`, { id, what }), options))) return REFUSED
    const ended = await acceptReview(db, { id, by }, context)
    switch (ended.status) {
      case 'accepted':
      case 'settled':
      case 'address_given':
        if (options.json) printJson(cli, { review: id, ...ended })
        else
          cli.out(
            t(
              ended.status === 'accepted' ? 'import:review.accepted' : `import:review.ending.${ended.status}`,
            ),
          )
        return GOOD
      case 'unknown':
        throw unknown()
      case 'refused': {
        const reason = ended.reason
        throw new RefusedError(ended.reason, t('import:review.ending.refused', { reason }), null)
      }
      default:
        throw new RefusedError(ended.status, t(`import:review.ending.${ended.status}`), null)
    }
  })
}

function questionOf({ kind }: Review): string {
  if (kind === 'joined') return 'keep_question'
  return kind === 'address' ? 'address_question' : 'question'
}

function refuse(
  cli: Cli,
  ended: RefuseReview,
  { id, options, unknown }: { id: number; options: Options; unknown: () => RefusedError },
): ExitCode {
  const { t } = cli
  switch (ended.status) {
    case 'unknown':
      throw unknown()
    case 'refused': {
      const { reason } = ended
      throw new RefusedError(reason, t('import:review.ending.refused', { reason }), null)
    }
    case 'parted':
      if (options.json) printJson(cli, { review: id, ...ended })
      else cli.out(t('import:review.parted', { count: ended.accounts }))
      return GOOD
    default:
      if (options.json) printJson(cli, { review: id, status: 'refused' })
      else cli.out(t('import:review.refused'))
      return GOOD
  }
}
