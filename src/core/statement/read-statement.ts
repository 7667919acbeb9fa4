import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { withFamily } from '../accounts/family.js'
import { conditionOf, type StatementFilter } from './statement-filter.js'
import { lineOf, type StatementLine, type StatementRow } from './statement-line.js'

export type StatementPage = {
  /** At most this many lines. */
  limit: number
  /** Only what stands before this key. */
  before?: number | null
  filter?: StatementFilter
}

export type Statement = {
  lines: StatementLine[]
  /**
   * Pass it on as `before` to read on; null at the end. With a filter there may be a next page though this one is not
   * full, or empty: one page looks at so many acts and no further.
   */
  nextSeq: number | null
}

/** What a filtered page looks at, per account. Keeps rare kinds among very many acts from costing more than a moment. */
const LOOKED_AT_MAX = 4_000

/**
 * A member's own acts from the ledger, newest first, those of accounts merged into his included. For the member alone.
 * Each account's acts are taken from the end of its own index, so the page costs the same however many there are.
 */
export async function readStatement(
  reader: Reader,
  accountId: number,
  { limit, before = null, filter = {} }: StatementPage,
): Promise<Statement> {
  const filtered = Boolean(filter.source ?? filter.kind)
  const lookedAt = filtered ? LOOKED_AT_MAX : limit + 1
  const { rows } = await sql<(StatementRow & { floor: number | null }) | { seq: null; floor: number | null }>`
    ${withFamily(accountId)}, looked_at as materialized (
      select e.* from family f cross join lateral (
        select seq, user_id, event_type, source_platform, xp_delta, coins_delta, data, created_at
        from cross_platform_events where user_id = f.id and seq < ${before ?? Number.MAX_SAFE_INTEGER}
        order by seq desc limit ${lookedAt}
      ) e
    ), floor (floor) as (
      -- Below the place where the look at one account ended, the others' acts would stand out of order.
      select max(low) from (
        select min(seq) as low from looked_at group by user_id having count(*) = ${lookedAt}) ends
    )
    select floor.floor, l.* from floor left join lateral (
      select * from looked_at
      where (floor.floor is null or seq >= floor.floor) and ${conditionOf(filter)}
      order by seq desc limit ${limit + 1}
    ) l on true order by l.seq desc`.execute(reader)
  const found = rows.filter((row): row is StatementRow & { floor: number | null } => row.seq !== null)
  const page = found.slice(0, limit)
  const more = found.length > limit ? (page.at(-1)?.seq ?? null) : null
  return {
    lines: page.map((row) => lineOf(row, accountId)),
    nextSeq: more ?? (filtered ? (rows[0]?.floor ?? null) : null),
  }
}
