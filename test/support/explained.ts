import { CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import type { Schema } from '../../src/db/schema.js'

type Plan = { 'Node Type': string; 'Relation Name'?: string; Plans?: Plan[] }

/**
 * Asks questions of a PostgreSQL database and tells of each which tables its statements read from end to end, by the
 * plans of that database. Closed with the running test.
 */
export function planReader(
  url: string,
): (ask: (reader: Kysely<Schema>) => Promise<unknown>) => Promise<string[]> {
  let asked: CompiledQuery[] = []
  const kysely = new Kysely<Schema>({
    dialect: new PostgresDialect({
      pool: new pg.Pool({ connectionString: url, max: 1, options: '-c jit=off' }),
    }),
    log: ({ query }) => void asked.push(query),
  })
  onTestFinished(() => kysely.destroy())
  return async (ask) => {
    asked = []
    await ask(kysely)
    const statements = asked.filter(({ sql }) => !sql.startsWith('explain'))
    const scans = new Set<string>()
    for (const { sql, parameters } of statements) {
      const { rows } = await kysely.executeQuery<{ 'QUERY PLAN': { Plan: Plan }[] }>(
        CompiledQuery.raw(`explain (format json) ${sql}`, [...parameters]),
      )
      for (const { Plan } of rows[0]?.['QUERY PLAN'] ?? []) collect(Plan, scans)
    }
    return [...scans]
  }
}

function collect(plan: Plan, scans: Set<string>): void {
  if (plan['Node Type'] === 'Seq Scan' && plan['Relation Name']) scans.add(plan['Relation Name'])
  for (const child of plan.Plans ?? []) collect(child, scans)
}
