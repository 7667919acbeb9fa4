import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { compactable, GAME, JOB, monthOf } from './compactable.js'

/** A month of one account in which at least two events can become one. */
export type Month = {
  accountId: number
  /** Its first moment, and that of the next one. */
  from: Date
  to: Date
  /** Events that go, and the sums that stand in their place. */
  events: number
  sums: number
}

export type PlannedAccounts = {
  months: Month[]
  /** The last account that was looked at; null: there are no more. */
  lastId: number | null
}

/** Looks at the next accounts behind `afterId`, in the order of their ids, for months that can be summed up. */
export async function planCompaction(
  reader: Reader,
  {
    afterId,
    accounts,
    before,
    timeZone,
  }: { afterId: number; accounts: number; before: Date; timeZone: string },
): Promise<PlannedAccounts> {
  const { rows } = await sql<
    Omit<Month, 'accountId'> & { last_id: number | null; account_id: number | null }
  >`
    with chosen as (
      select id from ttfd.accounts where id > ${afterId} order by id limit ${accounts}
    ), months as (
      select user_id, month, sum(events)::int as events, count(*)::int as sums from (
        select e.user_id, ${monthOf(timeZone)} as month, count(*) as events
        from chosen c join cross_platform_events e on e.user_id = c.id where ${compactable(before)}
        group by e.user_id, 2, e.source_platform, e.event_type, ${GAME}, ${JOB} having count(*) > 1
      ) groups group by user_id, month
    )
    select (select max(id) from chosen) as last_id, m.user_id as account_id, m.month as from,
      (m.month at time zone ${timeZone} + interval '1 month') at time zone ${timeZone} as to, m.events, m.sums
    from (select 1) one left join months m on true order by m.user_id, m.month`.execute(reader)
  return {
    lastId: rows[0]?.last_id ?? null,
    months: rows.flatMap(({ account_id, from, to, events, sums }) =>
      account_id === null ? [] : [{ accountId: account_id, from, to, events, sums }],
    ),
  }
}
