import type pg from 'pg'
import type { ReviewKind } from '../../db/tables/import.js'
import type { Source } from '../records.js'
import {
  LINES_MAX,
  REVIEW_KINDS,
  type RejectedLine,
  type ReviewLine,
  type SeedCounts,
  type StoreReport,
  type Sums,
  type UnifiedLine,
} from './report.js'
import type { StagedStore } from './stage-stores.js'
import { STAGE } from './staging.js'

const AMOUNTS = { xp: 'xp', coins: 'coins', games: 'games_played', voice: 'voice_seconds' } as const
const KEYS = Object.keys(AMOUNTS) as (keyof Sums)[]

/** What the plan makes of each store, figure by figure. Read before it is applied. */
export async function storeFigures(
  client: pg.Client,
  stores: readonly StagedStore[],
): Promise<StoreReport[]> {
  const sums = (expression: (column: string, key: keyof Sums) => string, name: string) =>
    KEYS.map((key) => `coalesce(sum(${expression(AMOUNTS[key], key)}), 0)::float8 as ${key}_${name}`).join(
      ', ',
    )
  const over = { xp: 'over_xp', coins: 'over_coins', games: '0', voice: 'over_voice' }
  const parts = [
    // Of websites' records, which brought no figures, some are held.
    `select origin, count(*)::int as records, count(*) filter (where source like 'erased:%')::int as erased, ${sums((c) => c, 'read')},
      ${sums((c) => `case when source like 'erased:%' then ${c} end`, 'left')}
    from ${STAGE}.records group by origin`,
    `select r.origin, count(*)::int as held from ${STAGE}.web w join ${STAGE}.records r on r.n = w.n where w.held group by r.origin`,
    `select origin, count(*) filter (where not known)::int as fresh, count(*) filter (where known)::int as grown,
      ${sums((c) => c, 'added')}, ${sums((_, key) => over[key], 'waits')}
    from ${STAGE}.plan group by origin`,
    `select r.origin, ${sums((c) => `case when r.source not like 'erased:%' then least(m.${c}, r.${c}) end`, 'before')},
      ${sums((c) => `greatest(m.${c} - r.${c}, 0)`, 'shrunk')}
    from ttfd.import_members m join ${STAGE}.records r on r.origin = m.origin and r.sid = m.source_id
    group by r.origin`,
  ]
  const rows: Record<string, number | string>[] = []
  for (const part of parts) rows.push(...(await client.query(part)).rows)
  const rejected = await client.query(`
    select source, count(*) filter (where whole)::int as whole, count(*) filter (where not whole)::int as fields,
      sum(xp)::float8 as xp, sum(coins)::float8 as coins, sum(games)::float8 as games, sum(voice)::float8 as voice
    from ${STAGE}.rejected group by source`)
  return stores.map((store): StoreReport => {
    const row: Record<string, number> = Object.assign(
      {},
      ...rows.filter((one) => one.origin === store.origin),
    )
    const lost: Record<string, number> = rejected.rows.find((one) => one.source === store.source) ?? {}
    const pick = (suffix: string) => sumsOf((key) => row[`${key}_${suffix}`] ?? 0)
    const { records = 0, fresh = 0, grown = 0, erased = 0, held = 0 } = row
    const behind = sumsOf((key) => lost[key] ?? 0)
    return {
      source: store.source as Source,
      origin: store.origin,
      name: store.name,
      hash: store.hash,
      records,
      fresh,
      grown,
      unchanged: records - fresh - grown - erased - held,
      erased,
      held,
      rejectedRecords: lost.whole ?? 0,
      rejectedFields: lost.fields ?? 0,
      store: sumsOf((key) => round((row[`${key}_read`] ?? 0) + behind[key])),
      rejected: behind,
      leftOut: pick('left'),
      before: pick('before'),
      added: pick('added'),
      waits: pick('waits'),
      shrunk: pick('shrunk'),
    }
  })
}

function sumsOf(value: (key: keyof Sums) => number): Sums {
  return { xp: value('xp'), coins: value('coins'), games: value('games'), voice: value('voice') }
}

/** Fractions of old figures are kept to a hundredth. */
function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** The seed's check on the live table. */
export async function seedCounts(client: pg.Client): Promise<SeedCounts> {
  const { rows } = await client.query(`
    select count(*)::int as accounts, count(telegram_id)::int as telegram, count(discord_id)::int as discord,
      count(website_email)::int as website from unified_users`)
  return rows[0]
}

/** What the plan adds to the seed's counts. */
export async function plannedCounts(client: pg.Client): Promise<SeedCounts & { existing: number }> {
  const { rows } = await client.query(`
    select count(*) filter (where g.account_id is null)::int as accounts, count(g.account_id)::int as existing,
      count(*) filter (where t is not null and u.telegram_id is null)::int as telegram,
      count(*) filter (where d is not null and u.discord_id is null)::int as discord,
      count(*) filter (where e is not null and u.website_email is null)::int as website
    from (select min(account_id) as account_id, max(t) as t, max(d) as d, max(e) as e from ${STAGE}.plan group by k) g
      left join unified_users u on u.id = g.account_id`)
  return rows[0]
}

export async function balances(client: pg.Client): Promise<{ xp: number; coins: number }> {
  const { rows } = await client.query(
    `select coalesce(sum(xp), 0)::float8 as xp, coalesce(sum(coins), 0)::float8 as coins from unified_users`,
  )
  return rows[0]
}

/** How many pairs are joined, by the kind of their proof. */
export async function linkedCounts(client: pg.Client) {
  const { rows } = await client.query(`
    select count(*) filter (where j.trusted)::int as trusted,
      count(*) filter (where not j.trusted and d.n is null)::int as "table",
      count(*) filter (where not j.trusted and d.n is not null and t.n is not null)::int as both,
      count(*) filter (where not j.trusted and d.n is not null and t.n is null)::int as code
    from ${STAGE}.joined j
      left join (select * from ${STAGE}.records where source = 'discord' and proves_telegram is not null) d on d.sid = j.d and d.proves_telegram = j.t
      left join (select * from ${STAGE}.records where source = 'telegram' and claims_discord is not null) t on t.sid = j.t and t.claims_discord = j.d`)
  const closed = await client.query(`select count(*) filter (where closed)::int as closed from ${STAGE}.web`)
  return { ...rows[0], ...closed.rows[0] } as Record<'trusted' | 'table' | 'both' | 'code' | 'closed', number>
}

/** Whom an owner's word joins, and what each side brings. */
export async function trustedPairs(client: pg.Client) {
  const side = (name: string) =>
    KEYS.map((key) => `coalesce(${name}.${AMOUNTS[key]}, 0)::float8 as ${name}_${key}`).join(', ')
  const { rows } = await client.query(`
    select j.t, j.d, ${side('t')}, ${side('d')}, coalesce(v.voice_seconds, 0)::float8 as voice
    from ${STAGE}.joined j
      left join ${STAGE}.records t on t.source = 'telegram' and t.sid = j.t
      left join ${STAGE}.records d on d.source = 'discord' and d.sid = j.d
      left join ${STAGE}.records v on v.source = 'voice' and v.sid = j.d
    where j.trusted order by j.t limit ${LINES_MAX}`)
  return rows.map((row) => ({
    telegram: row.t as string,
    discord: row.d as string,
    telegramBrings: sumsOf((key) => row[`t_${key}`]),
    discordBrings: { ...sumsOf((key) => row[`d_${key}`]), voice: row.voice as number },
  }))
}

/** What the plan puts into the review queue, or finds open there. What was decided is no question any more. */
export async function plannedReviews(client: pg.Client) {
  const open = `${STAGE}.reviews q where not exists (
    select from ttfd.import_reviews r where r.key = q.key and r.state <> 'open')`
  const counted = await client.query(`select kind, count(*)::int as n from ${open} group by kind`)
  const { rows } = await client.query(`select * from ${open} order by kind, key limit ${LINES_MAX}`)
  const counts = Object.fromEntries(
    REVIEW_KINDS.map((kind) => [kind, counted.rows.find((row) => row.kind === kind)?.n ?? 0]),
  ) as Record<ReviewKind, number>
  const lines = rows.map(
    (row): ReviewLine => ({
      kind: row.kind,
      key: row.key,
      claimant: `${row.claimant_platform}:${row.claimant_id}`,
      claimed: row.claimed_platform === null ? null : `${row.claimed_platform}:${row.claimed_id}`,
      sameName: row.same_name,
      detail: row.detail,
    }),
  )
  return { counts, lines }
}

export async function rejectedLines(client: pg.Client): Promise<{ total: number; lines: RejectedLine[] }> {
  const { rows } = await client.query(
    `select source, id, field, reason, coalesce(value, '') as value, whole from ${STAGE}.rejected limit ${LINES_MAX}`,
  )
  const total = await client.query(`select count(*)::int as n from ${STAGE}.rejected`)
  return { total: total.rows[0].n, lines: rows }
}

/** Figures that are smaller in the store than what was taken from it: never taken back. */
export async function shrunkLines(client: pg.Client) {
  const fields = ['xp', 'coins', 'games_played', 'games_won', 'messages', 'voice_seconds']
  const found = `
    select r.origin, r.sid as id, v.field, v.here::float8 as here, v.store::float8 as store
    from ${STAGE}.records r join ttfd.import_members m on m.origin = r.origin and m.source_id = r.sid
      cross join lateral (values ${fields.map((field) => `('${field}', m.${field}, r.${field})`).join(', ')}) as v (field, here, store)
    where v.store < v.here`
  const total = await client.query(`select count(*)::int as n from (${found}) s`)
  const { rows } = await client.query(`${found} order by r.n limit ${LINES_MAX}`)
  return { total: total.rows[0].n as number, lines: rows }
}

/** Accounts of the old unified tables whose opening balance the stores replace, and how their joins stand. */
export async function unifiedLines(client: pg.Client) {
  const found = `
    select u.id as account, u.display_name as name, u.telegram_id as telegram, u.discord_id as discord, u.website_email as email,
      o.xp::float8 as opening_xp, o.coins::float8 as opening_coins, g.xp::float8 as store_xp, g.coins::float8 as store_coins,
      case when num_nonnulls(u.telegram_id, u.discord_id, u.website_email) = 1 then 'single'
        when exists (select from ${STAGE}.pairs p where p.t = u.telegram_id and p.d = u.discord_id) then 'proven'
        when exists (select from ${STAGE}.pairs p where p.t = u.telegram_id or p.d = u.discord_id) then 'wrong'
        else 'unproven' end as "join"
    from (select account_id, sum(xp + over_xp) as xp, sum(coins + over_coins) as coins from ${STAGE}.plan
        where account_id is not null group by account_id) g
      join unified_users u on u.id = g.account_id
      join lateral (
        select sum(e.xp_delta) as xp, sum(e.coins_delta) as coins, count(*) as n
        from (select u.id union all select a.id from ttfd.accounts a where a.merged_into = u.id) f
          join cross_platform_events e on e.dedupe_key = 'import:unified:' || f.id
        where not exists (select from cross_platform_events x where x.dedupe_key = 'import:unified:' || f.id || ':reversed')
      ) o on o.n > 0`
  const { rows } = await client.query(`${found} order by u.id limit ${LINES_MAX}`)
  const total = await client.query(
    `select count(*)::int as n, coalesce(sum(opening_xp), 0) as xp, coalesce(sum(opening_coins), 0) as coins from (${found}) f`,
  )
  const unproven = await client.query(
    `select count(*)::int as n from ttfd.accounts a join unified_users u on u.id = a.id where a.link_unproven`,
  )
  return {
    reversed: total.rows[0].n as number,
    xp: total.rows[0].xp as number,
    coins: total.rows[0].coins as number,
    unproven: unproven.rows[0].n as number,
    lines: rows.map(
      (row): UnifiedLine => ({
        account: row.account,
        name: row.name,
        telegram: row.telegram,
        discord: row.discord,
        email: row.email,
        opening: { xp: row.opening_xp, coins: row.opening_coins },
        stores: { xp: row.store_xp, coins: row.store_coins },
        join: row.join,
      }),
    ),
  }
}
