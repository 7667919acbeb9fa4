import type { Translate } from '../../i18n/translate.js'
import { visible } from '../../observability/pretty-line.js'
import { type ImportReport, REVIEW_KINDS, type ReviewLine, type Sums } from './report.js'
import { broughtWords, growthWords } from './review-words.js'

const AMOUNTS: readonly (keyof Sums)[] = ['xp', 'coins', 'games', 'voice']
const CELL_MAX = 200

/** A report for people, as Markdown. Nothing that an old store says can become markup, a formula or a control sign. */
export function renderMarkdown(t: Translate, report: ImportReport): string {
  const w = (key: string, values: Record<string, unknown> = {}) => t(`import:report.${key}`, values)
  const heads = (key: string, names: readonly string[]) => names.map((name) => w(`${key}.${name}`))
  const origin = (name: string) => w(`origin.${name}`)
  const { pieces } = report
  const parts: string[] = [
    `# ${w('title')}`,
    [
      w(`mode.${report.mode}`),
      w('made', { at: report.startedAt, seconds: report.seconds }),
      ...(pieces && pieces.count > 0
        ? [w('pieces', { pieces: pieces.count, longestMs: pieces.longestMs })]
        : []),
    ].join(' '),
    `## ${w('stores')}`,
    table(
      heads('store_columns', [
        'store',
        'file',
        'records',
        'fresh',
        'grown',
        'unchanged',
        'held',
        'erased',
        'rejected',
        'fields',
      ]),
      report.stores.map((s) => [
        origin(s.origin),
        s.name,
        s.records,
        s.fresh,
        s.grown,
        s.unchanged,
        s.held,
        s.erased,
        s.rejectedRecords,
        s.rejectedFields,
      ]),
    ),
    `## ${w('sums')}`,
    w('sums_hint'),
    table(
      heads('sum_columns', [
        'store',
        'what',
        'total',
        'rejected',
        'left_out',
        'before',
        'added',
        'waits',
        'shrunk',
      ]),
      report.stores.flatMap((s) =>
        AMOUNTS.filter((key) => s.store[key] !== 0 || s.added[key] !== 0).map((key) => [
          origin(s.origin),
          w(`amount.${key}`),
          s.store[key],
          s.rejected[key],
          s.leftOut[key],
          s.before[key],
          s.added[key],
          s.waits[key],
          s.shrunk[key],
        ]),
      ),
    ),
    `## ${w('links')}`,
    list(
      (['code', 'both', 'table', 'closed', 'trusted', 'merged'] as const).map(
        (key) => `${w(`link.${key}`)}: ${report.linked[key]}`,
      ),
    ),
  ]
  if (report.trusted.length > 0) {
    parts.push(`## ${w('trusted')}`, list(trustedLines(t, report)))
  }
  parts.push(
    `## ${w('queue')}`,
    list(REVIEW_KINDS.map((kind) => `${w(`kind.${kind}`)}: ${report.reviews.counts[kind]}`)),
    ...(report.mode === 'live' ? [w('queue_open', { count: report.reviews.open })] : []),
    listed(
      w,
      sum(Object.values(report.reviews.counts)),
      heads('queue_columns', ['kind', 'claimant', 'claimed', 'remark', 'detail']),
      report.reviews.lines.map((line) => [
        w(`kind.${line.kind}`),
        line.claimant,
        line.claimed ?? '',
        line.sameName ? w('same_name') : '',
        detailWords(t, line),
      ]),
    ),
    `## ${w('rejected')}`,
    listed(
      w,
      report.rejected.total,
      heads('rejected_columns', ['store', 'id', 'field', 'reason', 'value', 'whole']),
      report.rejected.lines.map((line) => [
        origin(line.source),
        line.id ?? '',
        line.field ?? '',
        t(`import:reason.${line.reason}`),
        line.value,
        line.whole ? w('yes') : w('no'),
      ]),
    ),
    `## ${w('shrunk')}`,
    listed(
      w,
      report.shrunk.total,
      heads('shrunk_columns', ['store', 'id', 'field', 'here', 'now']),
      report.shrunk.lines.map((line) => [origin(line.origin), line.id, line.field, line.here, line.store]),
    ),
  )
  if (report.unified.reversed + report.unified.unproven > 0) {
    const { reversed, xp, coins, unproven, lines } = report.unified
    parts.push(
      `## ${w('unified')}`,
      w('unified_reversed', { reversed, xp, coins, unproven }),
      listed(
        w,
        reversed,
        heads('unified_columns', ['account', 'name', 'identities', 'old', 'stores', 'join']),
        lines.map((line) => [
          line.account,
          line.name,
          [line.telegram, line.discord, line.email].filter((id) => id !== null).join(', '),
          `${line.opening.xp} XP, ${line.opening.coins}`,
          `${line.stores.xp} XP, ${line.stores.coins}`,
          w(`join.${line.join}`),
        ]),
      ),
    )
  }
  const { seed, balances } = report
  const isAsPlanned = JSON.stringify(seed.after) === JSON.stringify(seed.expected)
  parts.push(
    `## ${w('seed')}`,
    table(
      heads('seed_columns', ['when', 'accounts', 'telegram', 'discord', 'website']),
      (report.mode === 'live'
        ? (['before', 'expected', 'after'] as const)
        : (['before', 'expected'] as const)
      ).map((when) => {
        const { accounts, telegram, discord, website } = seed[when]
        return [w(`seed_when.${when}`), accounts, telegram, discord, website]
      }),
    ),
    ...(report.mode === 'live' ? [isAsPlanned ? w('seed_good') : w('seed_differs')] : []),
    ...(report.mode === 'live'
      ? [
          w('balances', {
            xpBefore: balances.before.xp,
            xpAfter: balances.after.xp,
            coinsBefore: balances.before.coins,
            coinsAfter: balances.after.coins,
          }),
        ]
      : []),
    w(`next.${report.mode}`),
  )
  return `${parts.join('\n\n')}\n`
}

/** What a question is about, in words: what either side brought, or how much waits. */
function detailWords(t: Translate, { kind, detail, claimant, claimed }: ReviewLine): string {
  if (kind === 'growth') return growthWords(t, detail)
  const sides = (['claimant', 'claimed'] as const).flatMap((side) => {
    const [platform = ''] = (side === 'claimant' ? claimant : (claimed ?? '')).split(':')
    return broughtWords(t, detail, { side, platform }) ?? []
  })
  return [...sides, ...(detail.other_proof === true ? [t('import:review.other_proof')] : [])].join(' / ')
}

/** Whom an owner's word joins, one line a pair. */
export function trustedLines(t: Translate, { trusted }: Pick<ImportReport, 'trusted'>): string[] {
  return trusted.map(({ telegram, discord, telegramBrings: one, discordBrings: other }) =>
    t('import:report.trusted_line', {
      telegram,
      discord,
      txp: one.xp,
      tcoins: one.coins,
      dxp: other.xp,
      dcoins: other.coins,
    }),
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}

type Cell = string | number

function listed(
  w: (key: string, values?: Record<string, unknown>) => string,
  total: number,
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
): string {
  if (total === 0) return w('none')
  const more = total > rows.length ? [w('more', { count: total - rows.length })] : []
  return [table(heads, rows), ...more].join('\n\n')
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n')
}

function table(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map((row) => line(row.map(cell)))].join('\n')
}

/**
 * A cell as it may stand in a table: control signs visible, Markdown's and HTML's signs escaped, and no text that a
 * spreadsheet would take for a formula. Our own numbers stay numbers.
 */
export function cell(value: Cell): string {
  if (typeof value === 'number') return String(value)
  const text = visible(value.length > CELL_MAX ? `${value.slice(0, CELL_MAX)}…` : value)
  const inert = text.replace(/[\\`*_{}[\]<>|#!&~]/g, (sign) => `\\${sign}`)
  return /^[=+\-@]/.test(inert) ? `'${inert}` : inert
}
