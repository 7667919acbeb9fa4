import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import type { Migration } from '../../db/migrator.js'
import { compareSchema, describeSchema, type SchemaLines } from '../../db/schema-manifest.js'
import { EXAMPLES_MAX, type Finding, fail, ok } from './finding.js'

/** Whether the schema is what this program's migrations make: missing, behind, newer, or changed by hand. */
export async function checkSchema(
  reader: Reader,
  { migrations, manifest }: { migrations: readonly Migration[]; manifest: SchemaLines },
): Promise<{ usable: boolean; findings: Finding[] }> {
  const exists = await sql<{ users: boolean; migrations: boolean }>`
    select to_regclass('public.unified_users') is not null as users,
      to_regclass('ttfd.migrations') is not null as migrations`.execute(reader)
  if (!exists.rows[0]?.users || !exists.rows[0].migrations) return unusable(fail('schema_missing'))
  const applied = await reader.selectFrom('ttfd.migrations').select(['number', 'checksum']).execute()
  const known = new Map(migrations.map((migration) => [migration.number, migration]))
  const newest = Math.max(0, ...applied.map((row) => row.number))
  const highest = migrations.at(-1)?.number ?? 0
  if (newest > highest) return unusable(fail('schema_newer', { database: newest, program: highest }))
  const pending = migrations.filter(({ number }) => !applied.some((row) => row.number === number))
  if (pending.length > 0) return unusable(fail('schema_behind', { count: pending.length }))
  const edited = applied.find((row) => known.get(row.number)?.checksum !== row.checksum)
  if (edited) return unusable(fail('migration_changed', { number: edited.number }))
  const differences = compareSchema(manifest, await describeSchema(reader))
  if (differences.length === 0)
    return { usable: true, findings: [ok('schema_ok', { count: migrations.length })] }
  const examples = differences.slice(0, EXAMPLES_MAX).join('; ')
  // A change by hand rarely hinders the other checks; one that it does hinder says so itself.
  return { usable: true, findings: [fail('schema_drift', { count: differences.length, examples })] }
}

function unusable(finding: Finding) {
  return { usable: false, findings: [finding] }
}
