import type pg from 'pg'
import type { Row, Statement, StatementRunner } from './statement.js'
import { isUnavailable } from './unavailable.js'

export const BEGIN: Statement = { name: 'begin', text: 'begin', values: [] }
export const COMMIT: Statement = { name: 'commit', text: 'commit', values: [] }

// Prepared statements are not what this connection believes (a pooler changed the session behind it): a new one helps.
const STRANGE_SESSION = new Set(['26000', '42P05'])

/** Whether only another connection can help after this error. */
export function isConnectionLost(error: unknown): boolean {
  return isUnavailable(error) || STRANGE_SESSION.has((error as { code?: string }).code ?? '')
}

/** Sends statements without waiting for the answer of each; the first error is the one that counts. */
export function pipelined(client: pg.Client): StatementRunner {
  return {
    async run(statements): Promise<Row[][]> {
      const answers = await Promise.allSettled(
        statements.map(({ name, text, values }) => client.query<Row>({ name, text, values: [...values] })),
      )
      const failed = answers.find((answer) => answer.status === 'rejected')
      if (failed) throw failed.reason
      return answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.rows : []))
    },
  }
}
