import type pg from 'pg'
import type { Database } from './connect.js'

export type ReadOnlyOptions = {
  /** Whether the statement may stand behind a cursor (SELECT, WITH, VALUES, TABLE). */
  cursor: boolean
  seconds: number
  rowsMax: number
  /** Times are shown in this zone. */
  timeZone: string
}

export type ReadOnlyResult = {
  columns: { name: string; typeId: number }[]
  /** Values as the database writes them. */
  rows: (string | null)[][]
  /** There are more rows than were asked for. */
  more: boolean
}

/** The statement was stopped, or given up, after the time that it had. */
export class QueryTooLongError extends Error {
  override name = 'QueryTooLongError'
}

/** The embedded database cannot stop a statement, so one that looks expensive is not begun. */
export class QueryTooCostlyError extends Error {
  override name = 'QueryTooCostlyError'
  constructor(readonly cost: number) {
    super(`the planner expects ${cost} cost units`)
  }
}

/**
 * On the embedded database 8,000 to 350,000 of the planner's units took a second (2 cores, PGlite 0.5): this is
 * seldom more than five, and counting a million events takes a quarter of it.
 */
const EMBEDDED_COST_MAX = 100_000
const FETCH_ROWS = 500
const QUERY_CANCELED = '57014'

const asText = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig

/**
 * Runs one statement in a READ ONLY transaction that is rolled back. PostgreSQL stops it after `seconds`. The embedded
 * database has no way to interrupt a statement, and all other connections wait for it, so there it is judged by its
 * plan first, its rows are taken in portions with a look at the time between them, and after `seconds` it is given up.
 * Throws QueryTooLongError, QueryTooCostlyError, and the database's own errors.
 */
export async function runReadOnly(
  db: Database,
  statement: string,
  options: ReadOnlyOptions,
): Promise<ReadOnlyResult> {
  const { cursor, seconds, timeZone } = options
  const deadline = performance.now() + seconds * 1000
  const client = db.client({ queryTimeoutMs: (seconds + (db.kind === 'postgres' ? 2 : 0)) * 1000 })
  client.on('error', () => {})
  await client.connect()
  let isStopped = false
  try {
    await client.query('begin read only')
    await client.query(`select set_config('timezone', $1, true)`, [timeZone])
    await client.query(`set local statement_timeout = ${seconds * 1000}`)
    if (!cursor) return cut(await ask(client, statement), options.rowsMax)
    if (db.kind === 'embedded') await judgePlan(client, statement)
    // Line breaks around it: the statement may end in a comment.
    await ask(client, `declare ttfd_sql no scroll cursor for\n${statement}\n`)
    return await fetchRows(client, options.rowsMax, deadline)
  } catch (error) {
    isStopped = isTimeout(error)
    if (isStopped) throw new QueryTooLongError(`no end after ${seconds} s`, { cause: error })
    throw error
  } finally {
    // Behind a statement that nobody waits for any more a rollback would wait too; ending the connection rolls back.
    if (!isStopped) await client.query('rollback').catch(() => {})
    await client.end().catch(() => {})
  }
}

/** The extended protocol: the server itself refuses a second statement in one text. */
function ask(client: pg.Client, text: string) {
  return client.query<(string | null)[]>({
    text,
    rowMode: 'array',
    types: asText,
    queryMode: 'extended',
  } as pg.QueryArrayConfig)
}

async function judgePlan(client: pg.Client, statement: string): Promise<void> {
  const { rows } = await client.query({
    text: `explain (format json)\n${statement}\n`,
    queryMode: 'extended',
  } as pg.QueryConfig)
  const cost = Number(rows[0]?.['QUERY PLAN']?.[0]?.Plan?.['Total Cost'] ?? 0)
  if (cost > EMBEDDED_COST_MAX) throw new QueryTooCostlyError(Math.round(cost))
}

async function fetchRows(client: pg.Client, rowsMax: number, deadline: number): Promise<ReadOnlyResult> {
  const rows: (string | null)[][] = []
  for (;;) {
    const portion = await ask(client, `fetch ${FETCH_ROWS} from ttfd_sql`)
    rows.push(...portion.rows)
    const isEnd = portion.rows.length < FETCH_ROWS
    if (isEnd || rows.length > rowsMax) return cut({ fields: portion.fields, rows }, rowsMax)
    if (performance.now() > deadline) throw new QueryTooLongError('the rows came too slowly')
  }
}

function cut(
  { fields, rows }: Pick<pg.QueryArrayResult<(string | null)[]>, 'fields' | 'rows'>,
  rowsMax: number,
): ReadOnlyResult {
  return {
    columns: fields.map((field) => ({ name: field.name, typeId: field.dataTypeID })),
    rows: rows.slice(0, rowsMax),
    more: rows.length > rowsMax,
  }
}

function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return (error as { code?: string }).code === QUERY_CANCELED || error.message === 'Query read timeout'
}
