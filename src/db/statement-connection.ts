import type pg from 'pg'
import type { Database } from './connect.js'
import type { Row, Statement, StatementRunner } from './statement.js'
import { isUnavailable } from './unavailable.js'

export type StatementConnectionOptions = {
  /** How long the database may stay silent on one statement before the connection counts as lost. */
  queryTimeoutMs: number
  /** Settings of the session, on PostgreSQL only: the embedded database has one session for all. */
  settings?: readonly string[]
}

// Prepared statements are not what this connection believes (a pooler changed the session behind it): a new one helps.
const STRANGE_SESSION = new Set(['26000', '42P05'])

/**
 * A connection of its own for statements that are run again and again: prepared by their names, and sent in one round
 * trip. It connects at the first use and, after a failure, at the next one. For one caller at a time.
 */
export class StatementConnection implements StatementRunner {
  readonly #db: Database
  readonly #options: StatementConnectionOptions
  #client: pg.Client | null = null

  constructor(db: Database, options: StatementConnectionOptions) {
    this.#db = db
    this.#options = options
  }

  /** The rows of each. Rejects with the first error; what was begun is then rolled back. */
  async run(statements: readonly Statement[]): Promise<Row[][]> {
    const client = await this.#connected()
    const answers = await Promise.allSettled(
      statements.map(({ name, text, values }) => client.query<Row>({ name, text, values: [...values] })),
    )
    const failed = answers.find((answer) => answer.status === 'rejected')
    if (!failed) return answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.rows : []))
    const code = (failed.reason as { code?: string }).code ?? ''
    if (isUnavailable(failed.reason) || STRANGE_SESSION.has(code)) this.#abandon()
    else if (statements.length > 1) await client.query('rollback').catch(() => this.#abandon())
    throw failed.reason
  }

  async close(): Promise<void> {
    const client = this.#client
    this.#client = null
    await client?.end().catch(() => {})
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client) return this.#client
    const { queryTimeoutMs, settings = [] } = this.#options
    const client = this.#db.client({ pipeline: true, queryTimeoutMs })
    const lost = () => {
      if (this.#client === client) this.#client = null
    }
    client.on('error', lost)
    client.on('end', lost)
    try {
      await client.connect()
      if (this.#db.kind === 'postgres') for (const setting of settings) await client.query(`set ${setting}`)
    } catch (error) {
      // Without waiting for its goodbye, which may never come.
      void client.end().catch(() => {})
      throw error
    }
    this.#client = client
    return client
  }

  #abandon(): void {
    void this.close()
  }
}
