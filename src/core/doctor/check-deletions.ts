import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { EXAMPLES_MAX, type Finding, fail, ok, warn } from './finding.js'

/** How long a due erasure may wait: whoever leads looks every minute. */
const PATIENCE_MINUTES = 15

/**
 * Every account that is being deleted is hidden, silent and closed, and erased when its week is over. Nothing to say
 * while there is none.
 */
export async function checkDeletions(reader: Reader): Promise<Finding[]> {
  const { rows } = await sql<{ id: number; overdue: boolean; open: boolean }>`
    select d.account_id as id, d.due_at < now() - ${PATIENCE_MINUTES} * interval '1 minute' as overdue,
      not coalesce(s.private, false) or coalesce(s.notices, true) or l.state -> 'closed' is null as open
    from ttfd.deletions d
      left join ttfd.account_settings s on s.account_id = d.account_id
      left join ttfd.account_limits l on l.account_id = d.account_id
    order by d.due_at`.execute(reader)
  if (rows.length === 0) return []
  const of = (guilty: typeof rows): Finding['values'] => ({
    count: guilty.length,
    examples: guilty
      .slice(0, EXAMPLES_MAX)
      .map(({ id }) => id)
      .join(', '),
    first: guilty[0]?.id ?? '',
  })
  const open = rows.filter((row) => row.open)
  const overdue = rows.filter((row) => row.overdue)
  if (open.length + overdue.length === 0) return [ok('deletions_ok', { count: rows.length })]
  return [
    ...(open.length > 0 ? [fail('deletions_open', of(open))] : []),
    ...(overdue.length > 0 ? [warn('deletions_overdue', of(overdue))] : []),
  ]
}
