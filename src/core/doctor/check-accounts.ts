import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { EXAMPLES_MAX, type Finding, fail, ok, warn } from './finding.js'

type Found = { account: number; what: string; total: number }

/**
 * Every account there ever was is either living (one row in unified_users), merged into one that exists, or deleted;
 * and the three id columns agree with the identities, both ways.
 */
export async function checkAccounts(reader: Reader): Promise<Finding[]> {
  const rowless = await sql<Found>`
    select coalesce(a.id, u.id) as account, coalesce(a.id, u.id)::text as what, count(*) over ()::int as total
    from ttfd.accounts a full join unified_users u on u.id = a.id
    where a.id is null or (u.id is null) = (a.merged_into is null and a.deleted_at is null)
    order by 1 limit ${EXAMPLES_MAX}`.execute(reader)
  const missing = await sql<Found>`
    select k.id as account, k.platform || ':' || k.platform_id || ' -> ' || k.id as what, count(*) over ()::int as total
    from (
      select id, 'telegram' as platform, telegram_id as platform_id from unified_users where telegram_id is not null
      union all select id, 'discord', discord_id from unified_users where discord_id is not null
      union all select id, 'website', website_email from unified_users where website_email is not null
    ) k left join ttfd.identities i on i.platform = k.platform and i.platform_id = k.platform_id
    where i.account_id is distinct from k.id
    order by k.id limit ${EXAMPLES_MAX}`.execute(reader)
  const stray = await sql<Found>`
    select i.account_id as account, i.platform || ':' || i.platform_id || ' -> ' || i.account_id as what, count(*) over ()::int as total
    from ttfd.identities i left join unified_users u on u.id = i.account_id
    where i.account_id is not null and i.platform_id is distinct from case i.platform
      when 'telegram' then u.telegram_id when 'discord' then u.discord_id else u.website_email end
    order by i.account_id limit ${EXAMPLES_MAX}`.execute(reader)
  const findings = [
    ...failFor('accounts_without_row', rowless.rows),
    ...failFor('identities_missing', missing.rows),
    ...failFor('identities_stray', stray.rows),
  ]
  if (findings.length > 0) return findings
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from ttfd.identities where account_id is not null`.execute(reader)
  return [ok('identities_ok', { count: rows[0]?.count ?? 0 })]
}

/** Old rows that joined several identities without proof. */
export async function checkUnprovenLinks(reader: Reader): Promise<Finding[]> {
  const { rows } = await sql<Found>`
    select a.id as account, a.id::text as what, count(*) over ()::int as total from ttfd.accounts a join unified_users u on u.id = a.id
    where a.link_unproven order by a.id limit ${EXAMPLES_MAX}`.execute(reader)
  return rows[0] ? [warn('links_unproven', valuesOf(rows))] : []
}

function failFor(code: string, rows: readonly Found[]): Finding[] {
  return rows.length > 0 ? [fail(code, valuesOf(rows))] : []
}

function valuesOf(rows: readonly Found[]): Finding['values'] {
  return {
    count: rows[0]?.total ?? 0,
    examples: rows.map((row) => row.what).join(', '),
    first: rows[0]?.account ?? '',
  }
}
