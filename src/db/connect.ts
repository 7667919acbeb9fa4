import { existsSync } from 'node:fs'
import { connect as connectSocket, type Socket } from 'node:net'
import { resolve } from 'node:path'
import { CompiledQuery, Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { embeddedSocketPath, openEmbedded } from './embedded.js'
import { createKeyedHash, type KeyedHash } from './keyed-hash.js'
import { PreparingClient } from './prepared.js'
import type { Schema } from './schema.js'
import type { Row, Statement, StatementRunner } from './statement.js'

export type Tx = Transaction<Schema>

/** Either a plain handle or an open transaction: for reads that any of them may do. */
export type Reader = Kysely<Schema>

export type Database = {
  kind: 'postgres' | 'embedded'
  /** Where the data is, for people: never with a password. */
  place: string
  /** Whether another process of ours has the embedded database open and lets this one in through its socket. */
  isGuest: boolean
  kysely: Kysely<Schema>
  /** Under which erased people are remembered; null where the key was not given: then nobody can be erased. */
  keyedHash: KeyedHash | null
  /**
   * Runs `work` in one transaction. Serialization failures and deadlocks (40001, 40P01) are run again, so `work`
   * must have no effect outside of the transaction.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** A connection of its own: for the writer (pipelined) and for LISTEN. The caller connects and ends it. */
  client(options?: { pipeline?: boolean; queryTimeoutMs?: number }): pg.Client
  close(): Promise<void>
}

export type DatabaseOptions = (
  | {
      url: string
      maxConnections?: number
      /** How long a question waits for a connection, also for one that others of its pool use; 5 s. */
      connectTimeoutMs?: number
      /**
       * How long the database may stay silent on one statement before its connection is given up. Absent: for ever, for
       * commands that examine or move everything.
       */
      answerMs?: number
    }
  /** Opens the embedded database, or reaches it through its socket when another process of ours has it open. */
  | { dataDir: string; attach?: 'never' | 'if_running' }
) & {
  /** ID_HASH_KEY; asked for when somebody is erased or comes back. */
  idHashKey?: () => string
}

const CONNECT_TIMEOUT_MS = 5_000
/** A quiet connection is asked after so long whether its peer is still there; the system's own default are two hours. */
const KEEP_ALIVE_MS = 10_000

/** Opens the database. PostgreSQL is reached lazily, at the first query; the embedded one is opened here. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const keyedHash = options.idHashKey ? createKeyedHash(options.idHashKey, 'erased ids') : null
  return { ...(await openPlain(options)), keyedHash }
}

async function openPlain(options: DatabaseOptions): Promise<Omit<Database, 'keyedHash'>> {
  if ('url' in options) {
    const base: pg.ClientConfig = {
      connectionString: options.url,
      connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      // One place query took 386 ms with just-in-time compilation; no statement of ours is long enough to gain.
      // A role named like our schema would else find `ttfd` before `public`, where old programs' tables may be.
      options: '-c jit=off -c search_path=public',
      types,
    }
    return build('postgres', describeUrl(options.url), base, options.maxConnections ?? 8, {
      answerMs: options.answerMs,
    })
  }
  // `pg` takes a host for a directory only when it begins with a slash.
  const dataDir = resolve(options.dataDir)
  if (options.attach === 'if_running' && (await answers(embeddedSocketPath(dataDir)))) {
    const base: pg.ClientConfig = { host: dataDir, user: 'postgres', database: 'postgres', types }
    return { ...build('embedded', options.dataDir, base, 2), isGuest: true }
  }
  const embedded = await openEmbedded(dataDir)
  const base: pg.ClientConfig = { user: 'postgres', database: 'postgres', types }
  return build('embedded', options.dataDir, base, 4, { embedded })
}

type BuildOptions = {
  embedded?: Awaited<ReturnType<typeof openEmbedded>>
  answerMs?: number | undefined
}

/** The server ends a statement so much later than who asked for it gives up: who asked is to hear his own error. */
const SERVER_LATER_MS = 1_000

/**
 * A program may be gone without a word. The server then ends what it runs, and the transaction that it left open: its
 * locks would else stop all others.
 */
function bounded(base: pg.ClientConfig, answerMs: number): pg.ClientConfig {
  const ms = answerMs + SERVER_LATER_MS
  const limits = `-c statement_timeout=${ms} -c idle_in_transaction_session_timeout=${ms}`
  return { ...base, query_timeout: answerMs, options: `${base.options ?? ''} ${limits}` }
}

function build(
  kind: Database['kind'],
  place: string,
  base: pg.ClientConfig,
  max: number,
  { embedded, answerMs }: BuildOptions = {},
): Omit<Database, 'keyedHash'> {
  const config = (limitMs?: number): pg.ClientConfig => {
    if (embedded)
      return { ...base, query_timeout: limitMs, stream: () => embedded.connect() as unknown as Socket }
    return limitMs === undefined ? base : bounded(base, limitMs)
  }
  const pool = new pg.Pool({
    ...config(answerMs),
    Client: PreparingClient,
    max,
    idleTimeoutMillis: embedded ? 0 : 30_000,
  } as pg.PoolConfig)
  // An idle connection that breaks is replaced at the next use; whoever uses one gets the error there.
  pool.on('error', () => {})
  // The same for one that breaks while it is in use: its query fails, and without a listener the event would end the program.
  pool.on('connect', (client) => client.on('error', () => {}))
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  return {
    kind,
    place,
    isGuest: false,
    kysely,
    transaction: (work) => retryConflicts(() => kysely.transaction().execute(work)),
    client: ({ pipeline = false, queryTimeoutMs } = {}) =>
      new pg.Client({ ...config(queryTimeoutMs), pipeline } as pg.ClientConfig),
    async close() {
      await kysely.destroy()
      await embedded?.close()
    },
  }
}

const RETRIES_MAX = 8
const CONFLICTS = new Set(['40001', '40P01'])

async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= RETRIES_MAX || !CONFLICTS.has((error as { code?: string }).code ?? '')) throw error
    }
  }
}

/** Runs statements one after another inside an open Kysely transaction. */
export function runnerOf(tx: Tx): StatementRunner {
  return {
    async run(statements: readonly Statement[]): Promise<Row[][]> {
      const answers: Row[][] = []
      for (const { text, values } of statements) {
        answers.push((await tx.executeQuery<Row>(CompiledQuery.raw(text, [...values]))).rows)
      }
      return answers
    },
  }
}

const OID_INT8 = 20
const OID_DATE = 1082

/** Both drivers are this one driver: bigint arrives as a safe integer, a date stays `YYYY-MM-DD`. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === OID_INT8) return parseBigint
    if (oid === OID_DATE) return (text: string) => text
    return pg.types.getTypeParser(oid, format as 'text')
  },
} as pg.CustomTypesConfig

function parseBigint(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} does not fit a number`)
  return value
}

/** Host, port and database of a URL, for logs and messages: no user, no password. */
export function describeUrl(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url)
    return `${hostname}${port ? `:${port}` : ''}${pathname}`
  } catch {
    return 'DATABASE_URL'
  }
}

async function answers(socketPath: string): Promise<boolean> {
  if (!existsSync(socketPath)) return false
  return new Promise((settle) => {
    const socket = connectSocket(socketPath)
    socket.once('connect', () => {
      socket.destroy()
      settle(true)
    })
    socket.once('error', () => settle(false))
  })
}
