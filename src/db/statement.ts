/** One SQL statement with its values. A name makes it a prepared statement of the connection that runs it. */
export type Statement = { name?: string; text: string; values: readonly unknown[] }

export type Row = Record<string, unknown>

/**
 * Runs statements in their order inside one open transaction and returns the rows of each.
 * The writer's connection sends them in one round trip; a Kysely transaction one after another.
 */
export interface StatementRunner {
  run(statements: readonly Statement[]): Promise<Row[][]>
}
