import { Command } from 'commander'
import type { Config } from '../../config/config.js'
import type { Database } from '../../db/connect.js'
import {
  QueryTooCostlyError,
  QueryTooLongError,
  type ReadOnlyResult,
  runReadOnly,
} from '../../db/read-only-query.js'
import { type Cli, GOOD, printJson, REFUSED, RefusedError, WrongUseError } from '../cli.js'
import { readConfig, withDatabase } from '../open-database.js'
import type { Done } from '../program.js'
import { type Judgement, judgeStatement } from '../sql/judge-statement.js'
import { renderRows, toObjects } from '../sql/render-result.js'

const SECONDS = 5
const ROWS_MAX = 10_000

/** `ttfd sql '<select>'`: one statement that reads, on whichever database the program uses. */
export function sqlCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('sql')
    .description(t('cli:command.sql', { seconds: SECONDS }))
    .argument('[statement]', t('cli:argument.statement'))
    .option('--json', t('cli:option.json'))
    .action(async (typed: string | undefined, { json = false }: { json?: boolean }) => {
      const text = typed === undefined || typed === '-' ? await cli.input() : typed
      if (text === null) throw new WrongUseError(t('cli:sql.empty'))
      const statement = accept(cli, judgeStatement(text))
      const config = readConfig(cli)
      const result = await withDatabase(cli, config, (db) => run(cli, db, config, statement))
      print(cli, result, json)
      done(GOOD)
    })
}

type Statement = Extract<Judgement, { status: 'read' }>

function accept({ t }: Cli, judged: Judgement): Statement {
  switch (judged.status) {
    case 'read':
      return judged
    case 'empty':
      throw new WrongUseError(t('cli:sql.empty'))
    case 'several':
      throw new RefusedError('several_statements', t('cli:sql.several'), t('cli:sql.several_mend'))
    case 'no_read':
      throw new RefusedError(
        'not_read_only',
        t('cli:sql.no_read', { word: judged.word.toUpperCase() }),
        t('cli:sql.no_read_mend'),
      )
    case 'acts':
      throw new RefusedError(
        'not_read_only',
        t('cli:sql.acts', { name: judged.name }),
        t('cli:sql.no_read_mend'),
      )
    case 'psql_command':
      throw new RefusedError('psql_command', t('cli:sql.psql_command', judged), psqlHint(t, judged.command))
    default:
      return judged satisfies never
  }
}

const HINTS: Record<string, string> = {
  '\\d': 'columns',
  '\\dt': 'tables',
  '\\dn': 'tables',
  '\\l': 'databases',
  '\\i': 'file',
  '\\ir': 'file',
  '\\q': 'quit',
  '\\c': 'connect',
}

function psqlHint(t: Cli['t'], command: string): string {
  return t(`cli:sql.psql.${HINTS[command.replace(/\+$/, '')] ?? 'other'}`)
}

async function run(cli: Cli, db: Database, config: Config, statement: Statement): Promise<ReadOnlyResult> {
  const { t } = cli
  // Nothing foretells how long these run, and the embedded database could not stop them.
  if (db.kind === 'embedded' && (statement.isRecursive || statement.isAnalyze))
    throw new RefusedError('not_on_embedded', t('cli:sql.not_on_embedded'), t('cli:sql.not_on_embedded_mend'))
  try {
    return await runReadOnly(db, statement.text, {
      cursor: statement.how === 'cursor',
      seconds: SECONDS,
      rowsMax: ROWS_MAX,
      timeZone: config.timeZone,
    })
  } catch (error) {
    if (error instanceof QueryTooCostlyError)
      throw new RefusedError(
        'too_costly',
        t('cli:sql.too_costly', { cost: error.cost }),
        t('cli:sql.too_long_mend'),
      )
    if (error instanceof QueryTooLongError) return giveUp(cli, db)
    throw explainRefusal(cli, error) ?? error
  }
}

/**
 * A statement that the embedded database still works on cannot be waited for, neither by closing the database: the
 * process ends instead. It held a READ ONLY transaction, so nothing is lost.
 */
function giveUp(cli: Cli, db: Database): never {
  const refusal = new RefusedError(
    'too_long',
    cli.t('cli:sql.too_long', { count: SECONDS }),
    cli.t('cli:sql.too_long_mend'),
  )
  if (db.kind === 'postgres') throw refusal
  cli.err(refusal.message)
  cli.err(cli.t('cli:mend', { mend: refusal.mend }))
  return cli.exit(REFUSED)
}

/** Read-only refusals by the database, and mistakes in the statement (class 42, except what `ttfd migrate` mends). */
function explainRefusal({ t }: Cli, error: unknown): RefusedError | null {
  if (!(error instanceof Error)) return null
  const { code = '', hint } = error as { code?: string; hint?: string }
  if (code === '25006' || code === '0A000')
    return new RefusedError(
      'not_read_only',
      t('cli:sql.refused_by_database', { reason: error.message }),
      t('cli:sql.no_read_mend'),
    )
  const isOwnTable = /"(public\.|ttfd\.)?(unified_users|cross_platform_events)"|"ttfd\./.test(error.message)
  if (code === '42P01' && isOwnTable) return null
  if (!code.startsWith('42') && !code.startsWith('22')) return null
  return new RefusedError('wrong_statement', t('cli:sql.wrong', { reason: error.message }), hint ?? null)
}

function print(cli: Cli, result: ReadOnlyResult, json: boolean): void {
  if (json) printJson(cli, toObjects(result))
  else {
    for (const line of renderRows(result, cli.columns)) cli.out(line)
    cli.out(cli.t('cli:sql.rows', { count: result.rows.length }))
  }
  if (result.more) cli.err(cli.t('cli:sql.more', { count: ROWS_MAX }))
}
