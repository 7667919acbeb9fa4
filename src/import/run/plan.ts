import type pg from 'pg'
import { KEEP_REVIEWS } from './review-statements.js'
import type { StagedStore } from './stage-stores.js'
import { STAGE, UNLOGGED } from './staging.js'

/** The most that a member may gain in an old bot per day between two snapshots (voice in seconds). */
const GROWTH_PER_DAY = { xp: 1_500, coins: 500, voice: 86_400 }

export type PlanOptions = {
  /** An owner's word that what records claim is true, where nobody else claims it. */
  trustClaims: boolean
}

/**
 * Decides, for everything in the stage, what becomes of it: which proofs join, which claims wait, and how much of each
 * record is still to come over. Reads the live tables and writes the stage alone, so it can be made again at any time;
 * what was applied meanwhile falls out of it.
 */
export async function makePlan(
  client: pg.Client,
  stores: readonly StagedStore[],
  options: PlanOptions,
): Promise<void> {
  await describeSources(client, stores)
  await client.query(
    `analyze ${STAGE}.records (n, origin, source, sid, email, claims_discord, proves_telegram)`,
  )
  for (const statement of [...DROP, ...JOINING, ...CLAIMS(options), ...WEBSITE, ...ROWS, KEEP_REVIEWS])
    await client.query(statement)
}

/** What each store is, and how much growth since the snapshot before it is believed. */
async function describeSources(client: pg.Client, stores: readonly StagedStore[]): Promise<void> {
  await client.query(`truncate ${STAGE}.sources`)
  for (const store of stores) {
    const { origin, source, snapshot, hash } = store
    await client.query(
      `insert into ${STAGE}.sources (origin, source, snapshot, prev_at, xp_max, coins_max, voice_max)
       select $1, $2, $3, prev_at, floor($5::numeric * days), floor($6::numeric * days), floor($7::numeric * days) from (
         select prev_at, greatest(1, extract(epoch from coalesce($8::timestamptz, now()) - prev_at) / 86400) as days from (
           select max(taken_at) as prev_at from ttfd.import_snapshots where origin = $1 and snapshot <> $4
         ) before
       ) measured`,
      [
        origin,
        source,
        snapshot,
        hash,
        GROWTH_PER_DAY.xp,
        GROWTH_PER_DAY.coins,
        GROWTH_PER_DAY.voice,
        takenAt(store, stores),
      ],
    )
  }
}

/** The newest moment that a store tells of; of one without times, that of the others; null: nobody knows, so now. */
export function takenAt(store: StagedStore, stores: readonly StagedStore[]): Date | null {
  if (store.newest) return store.newest
  const known = stores.flatMap(({ newest }) => (newest ? [newest.getTime()] : []))
  return known.length > 0 ? new Date(Math.max(...known)) : null
}

const TABLES = ['pairs', 'joined', 'claims', 'web', 'plan', 'reviews']
const DROP = TABLES.map((table) => `drop table if exists ${STAGE}.${table}`)

/**
 * Proven pairs. One that stands alone on both sides joins, unless the accounts that exist here speak against it:
 * `accounts`: both sides have one already; `contested`: more than one proof, or the place is taken; `left`: they were one
 * account here and parted, so they must not come together by themselves.
 */
const JOINING = [
  `${UNLOGGED('pairs')} as
  with proofs as (
    select proves_telegram as t, sid as d from ${STAGE}.records where source = 'discord' and proves_telegram is not null
    union
    select l.t, l.d from ${STAGE}.links l where exists (
      select from ${STAGE}.records r where (r.source = 'telegram' and r.sid = l.t) or (r.source in ('discord', 'voice') and r.sid = l.d))
  ), counted as (
    select t, d, count(*) over (partition by t) as of_t, count(*) over (partition by d) as of_d from proofs
  )
  select c.t, c.d, ut.id as account_t, ud.id as account_d,
    case
      when c.of_t > 1 or c.of_d > 1 then 'contested'
      when ut.id = ud.id then 'joined'
      when mt.account_id = md.account_id or exists (
        select from ttfd.merges g where g.undone_at is not null
          and ((g.survivor_id = ut.id and g.loser_id = ud.id) or (g.survivor_id = ud.id and g.loser_id = ut.id))) then 'left'
      when ut.discord_id is not null or ud.telegram_id is not null then 'contested'
      when ut.id is not null and ud.id is not null then 'accounts'
      when it.platform is not null or id.platform is not null then 'left'
      else 'joined'
    end as state
  from counted c
    left join unified_users ut on ut.telegram_id = c.t
    left join unified_users ud on ud.discord_id = c.d
    left join ttfd.identities it on it.platform = 'telegram' and it.platform_id = c.t and it.account_id is null
    left join ttfd.identities id on id.platform = 'discord' and id.platform_id = c.d and id.account_id is null
    left join ttfd.import_members mt on mt.origin = 'telegram' and mt.source_id = c.t
    left join ttfd.import_members md on md.origin = 'discord' and md.source_id = c.d`,
  `create index on ${STAGE}.pairs (t)`,
  `create index on ${STAGE}.pairs (d)`,
  `${UNLOGGED('joined')} as select t, d, false as trusted from ${STAGE}.pairs where state = 'joined'`,
  `create index on ${STAGE}.joined (t)`,
  `create index on ${STAGE}.joined (d)`,
  `analyze ${STAGE}.pairs`,
  `analyze ${STAGE}.joined`,
]

/** Who names whom without proof. Contested: somebody else names the same one, or a proof says otherwise. */
const CLAIMS = ({ trustClaims }: PlanOptions) => [
  `${UNLOGGED('claims')} as
  with named as (
    select 'telegram' as platform, r.n, r.sid as id, r.claims_discord as d, r.username from ${STAGE}.records r
    where r.source = 'telegram' and r.claims_discord is not null
      and not exists (select from ${STAGE}.pairs p where p.t = r.sid and p.d = r.claims_discord)
    union all
    select 'website', r.n, r.sid, r.claims_discord, r.username from ${STAGE}.records r
    where r.source = 'website' and r.claims_discord is not null
  )
  select c.*, count(*) over (partition by c.d) > 1
    or (c.platform = 'telegram' and exists (select from ${STAGE}.pairs p where p.d = c.d or p.t = c.id)) as contested
  from named c`,
  ...(trustClaims
    ? [
        `insert into ${STAGE}.joined (t, d, trusted)
        select c.id, c.d, true from ${STAGE}.claims c
          left join unified_users ut on ut.telegram_id = c.id
          left join unified_users ud on ud.discord_id = c.d
        where c.platform = 'telegram' and not c.contested
          and (ut.id is null or ud.id is null or ut.id = ud.id)
          and (ut.id = ud.id or (ut.discord_id is null and ud.telegram_id is null))
          and not exists (select from ttfd.identities i where i.account_id is null
            and ((i.platform = 'telegram' and i.platform_id = c.id) or (i.platform = 'discord' and i.platform_id = c.d)))`,
      ]
    : []),
  `create index on ${STAGE}.claims (n)`,
  `analyze ${STAGE}.claims`,
]

/**
 * What a website record may stand on. `d`: the Discord id whose account it joins, closed, since nobody else claims it
 * and the place for an address is free there; `e`: its address. Held: neither, or an address that two records share.
 */
const WEBSITE = [
  `${UNLOGGED('web')} as
  with shared as (
    select email from ${STAGE}.records where source = 'website' and email is not null group by email having count(*) > 1
  ), judged as (
    select r.n, r.email, c.d, r.email is not null and s.email is not null
        -- Unless the owner has said whose it is.
        and not exists (select from ttfd.import_reviews q where q.key = 'address:' || r.sid || ':' || r.email and q.state = 'accepted') as is_shared,
      -- An old unified row of this address alone never had a login here: the old one is its way in.
      ue.id is null or (num_nonnulls(ue.telegram_id, ue.discord_id) = 0
        and exists (select from cross_platform_events x where x.dedupe_key = 'import:unified:' || ue.id)
        and not exists (select from ttfd.website_users o where o.email = r.email)) as is_new_address,
      exists (select from ttfd.website_users o where o.email = r.email) as is_registered, u.id as account_d,
      c.d is not null and not c.contested
        and (ue.id is null or ue.id = u.id)
        and (r.email is null or u.website_email is null or u.website_email = r.email)
        and not exists (select from ttfd.identities i where i.platform = 'website' and i.platform_id = r.email and i.account_id is null) as joins
    from ${STAGE}.records r
      left join shared s on s.email = r.email
      left join ${STAGE}.claims c on c.n = r.n
      left join ${STAGE}.joined j on j.d = c.d
      left join unified_users ud on ud.discord_id = c.d
      left join unified_users ut on ut.telegram_id = j.t
      left join unified_users u on u.id = coalesce(ud.id, ut.id)
      left join unified_users ue on ue.website_email = r.email
    where r.source = 'website'
  )
  select n, d as claimed, case when joins and not is_shared then d end as d, case when not is_shared then email end as e,
    joins and not is_shared and email is not null as closed,
    is_shared or (email is null and not joins) as held, is_shared, is_new_address, is_registered
  from judged`,
  `update ${STAGE}.web set held = true where e is null and d is null and not held`,
  `create index on ${STAGE}.web (n)`,
  `analyze ${STAGE}.web`,
]

const grown = (column: string) => `greatest(b.${column} - coalesce(m.${column}, 0), 0)`
const FIELDS = ['xp', 'coins', 'games_played', 'games_won', 'messages', 'voice_seconds'] as const
/** What of a record is written with its account. */
const CARRIED = [
  ...[
    'username',
    'display_name',
    'created_at',
    'last_active',
    'streak',
    'last_daily',
    'banned',
    'password',
    'granted',
  ],
  ...['claims_discord', 'data'],
]

/**
 * One row per record that has anything to bring, with all that it brings, so that pieces need no other table. Rows with
 * the same `k` are one account: one that exists here (`account_id`), or one to be made. Accounts are numbered in the order
 * of their ids and lie in it: whoever writes a run of them reads neighbouring pages and fills neighbouring pages of the
 * indexes. What grew faster than GROWTH_PER_DAY waits (`over_`).
 */
const ROWS = [
  `${UNLOGGED('plan')} as
  with b as (
    select r.*, case when r.source = 'telegram' then r.sid else jd.t end as t,
      case r.source when 'telegram' then jt.d when 'website' then w.d else r.sid end as d,
      w.e, coalesce(w.closed, false) as closed, coalesce(w.is_new_address, false) as is_new_address,
      coalesce(w.is_registered, false) as is_registered
    from ${STAGE}.records r
      left join ${STAGE}.joined jt on r.source = 'telegram' and jt.t = r.sid
      left join ${STAGE}.web w on r.source = 'website' and w.n = r.n
      left join ${STAGE}.joined jd on jd.d = case r.source when 'website' then w.d when 'telegram' then null else r.sid end
    where r.source in ('telegram', 'discord', 'voice') or (r.source = 'website' and not w.held)
  ), grown as (
    select b.n, b.source, b.origin, b.sid, b.t, b.d, b.e, b.closed, b.is_new_address, b.is_registered, m.origin is not null as known,
      s.prev_at is not null and (m.origin is not null or b.created_at is null or b.created_at > s.prev_at) as limited,
      s.snapshot, s.xp_max, s.coins_max, s.voice_max, coalesce(ud.id, ut.id, ue.id) as account_id,
      ${FIELDS.map((column) => `b.${column} as r_${column}, ${grown(column)} as g_${column}`).join(', ')},
      ${CARRIED.map((column) => `b.${column}`).join(', ')}
    from b
      join ${STAGE}.sources s on s.origin = b.origin
      left join ttfd.import_members m on m.origin = b.origin and m.source_id = b.sid
      left join unified_users ut on ut.telegram_id = b.t
      left join unified_users ud on ud.discord_id = b.d
      left join unified_users ue on ue.website_email = b.e
  ), rooted as (
    select *, (case when account_id is not null then 'a' || account_id when d is not null then 'd' || d
      when t is not null then 't' || t else 'e' || e end) collate "C" as root
    from grown
    where not known or g_xp + g_coins + g_games_played + g_games_won + g_messages + g_voice_seconds > 0
  )
  select (dense_rank() over (order by root))::int as k, n, source, origin, sid, snapshot, known, t, d, e, closed, is_new_address, is_registered, account_id,
    case when limited then least(g_xp, xp_max) else g_xp end as xp,
    case when limited then least(g_coins, coins_max) else g_coins end as coins,
    g_games_played as games_played, g_games_won as games_won, g_messages as messages,
    case when limited then least(g_voice_seconds, voice_max) else g_voice_seconds end as voice_seconds,
    case when limited then greatest(g_xp - xp_max, 0) else 0 end as over_xp,
    case when limited then greatest(g_coins - coins_max, 0) else 0 end as over_coins,
    case when limited then greatest(g_voice_seconds - voice_max, 0) else 0 end as over_voice,
    ${FIELDS.map((column) => `r_${column}`).join(', ')}, ${CARRIED.join(', ')}
  from rooted order by root, n`,
  `create index on ${STAGE}.plan (k, n)`,
  `analyze ${STAGE}.plan (k, account_id)`,
]
