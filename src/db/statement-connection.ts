import type pg from 'pg'
import type { Database } from './connect.js'
import { isConnectionLost, pipelined } from './pipelined.js'
import type { Row, Statement, StatementRunner } from './statement.js'

export type StatementConnectionOptions = {
  /** How long the database may stay silent on one statement before the connection counts as lost. */
  queryTimeoutMs: number
  /** Settings of the session, on PostgreSQL only: the embedded database has one session for all. */
  settings?: readonly string[]
}

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
    try {
      return await pipelined(client).run(statements)
    } catch (error) {
      if (isConnectionLost(error)) this.#abandon()
      else if (statements.length > 1) await client.query('rollback').catch(() => this.#abandon())
      throw error
    }
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
