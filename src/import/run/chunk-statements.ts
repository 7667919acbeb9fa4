import { STAGE } from './staging.js'

/** The accounts that one transaction works on; gone with it. */
export const CHUNK = 'import_chunk'

const DAY = (time: string, zone: string) => `(${time} at time zone ${zone})::date`
const of = (aggregate: string, source: string) => `${aggregate} filter (where p.source = '${source}')`

/** Rows of the plan whose account is numbered above $1 up to $2. */
export const PIECE = 'p.k > $1::int and p.k <= $2::int'

/** What is planned for the accounts numbered above $1 up to $2, one row each; $3: the community's time zone. */
export const GATHER = `
  create temporary table ${CHUNK} on commit drop as
  select k, case when planned is null then nextval('ttfd.accounts_id_seq') else planned end as account_id,
    planned is null as fresh, t, d, e, closed, xp, coins, games_played, games_won, messages, voice_seconds,
    coalesce(t_display, d_display, w_display, t_username, d_username, w_username, 'Unknown') as display_name,
    coalesce(t_username, d_username, w_username, t_display, d_display, w_display, 'Unknown') as username,
    t_username, d_username, coalesce(created_at, now()) as created_at, created_at as known_created_at, last_active,
    greatest(t_daily, d_daily) as last_daily,
    case when ${DAY('d_daily', '$3')} > coalesce(${DAY('t_daily', '$3')}, '-infinity') then coalesce(d_streak, 0)
      when ${DAY('t_daily', '$3')} > coalesce(${DAY('d_daily', '$3')}, '-infinity') then coalesce(t_streak, 0)
      else greatest(t_streak, d_streak, 0) end as streak,
    has_known, has_achievements, has_ban, has_growth, is_registered, t_xp, t_coins, case when t_granted is null then coalesce(d_granted, '[]')::jsonb when d_granted is null then t_granted::jsonb
      else (select jsonb_agg(distinct one) from jsonb_array_elements(t_granted::jsonb || d_granted::jsonb) as one) end as achievements,
    0::bigint as opening_xp, 0::bigint as opening_coins
  from (
    select p.k, min(p.account_id) as planned, max(p.t) as t, max(p.d) as d, max(p.e) as e, bool_or(p.closed) as closed,
      sum(p.xp::int) as xp, sum(p.coins::int) as coins, sum(p.games_played::int) as games_played,
      sum(p.games_won::int) as games_won, sum(p.messages::int) as messages, sum(p.voice_seconds::int) as voice_seconds,
      ${of('max(p.display_name)', 'telegram')} as t_display, ${of('max(p.display_name)', 'discord')} as d_display,
      ${of('max(p.display_name)', 'website')} as w_display,
      ${of('max(p.username)', 'telegram')} as t_username, max(p.username) filter (where p.source in ('discord', 'voice')) as d_username,
      ${of('max(p.username)', 'website')} as w_username,
      min(p.created_at) as created_at, max(coalesce(p.last_active, p.created_at)) as last_active,
      ${of('max(p.last_daily)', 'telegram')} as t_daily, ${of('max(p.last_daily)', 'discord')} as d_daily,
      ${of('max(p.streak)', 'telegram')} as t_streak, ${of('max(p.streak)', 'discord')} as d_streak,
      ${of('max(p.granted)', 'telegram')} as t_granted, ${of('max(p.granted)', 'discord')} as d_granted,
      bool_or(p.known) as has_known, bool_or(p.is_registered) as is_registered, bool_or(p.granted is not null) as has_achievements, bool_or(p.banned is not null) as has_ban,
      bool_or(p.over_xp + p.over_coins + p.over_voice > 0) as has_growth,
      coalesce(${of('sum(p.xp::int)', 'telegram')}, 0) as t_xp, coalesce(${of('sum(p.coins::int)', 'telegram')}, 0) as t_coins
    from ${STAGE}.plan p where ${PIECE} group by p.k order by p.k
  ) gathered`

/**
 * For this transaction. The database knows nothing of tables that fill while it works: every look is by index, whatever
 * it believes. And a piece that a power cut takes is brought over again: only the end of the import must be durable.
 */
export const PREPARE = `
  select ${['seqscan', 'hashjoin', 'mergejoin', 'material', 'bitmapscan'].map((way) => `set_config('enable_${way}', 'off', true)`).join(', ')},
    set_config('synchronous_commit', 'off', true)`
export const INDEX_CHUNK = `create index on ${CHUNK} (k)`

export const LOCK = `
  select id from unified_users where id = any(array(select account_id from ${CHUNK} where not fresh)) order by id for update`

/** Tables that an import fills faster than the database takes notice by itself. */
export const FILLED = [
  'public.unified_users',
  'ttfd.identities',
  'ttfd.website_users',
  'ttfd.import_members',
  'public.cross_platform_events',
]

/**
 * Leaves out what no longer is as it was planned: an identity that got, lost or changed its account since, or that has
 * a past here. Begun after the locks were granted. It stays for the next plan.
 */
const dropStale = (among: string) => `
  delete from ${CHUNK} where k in (
    select c.k from ${CHUNK} c
      left join unified_users ut on ut.telegram_id = c.t
      left join unified_users ud on ud.discord_id = c.d
      left join unified_users ue on ue.website_email = c.e
      left join ttfd.identities it on it.platform = 'telegram' and it.platform_id = c.t
      left join ttfd.identities id on id.platform = 'discord' and id.platform_id = c.d
      left join ttfd.identities ie on ie.platform = 'website' and ie.platform_id = c.e
      left join unified_users u on u.id = case when not c.fresh then c.account_id end
    where ${among} and case when c.fresh then num_nonnulls(ut.id, ud.id, ue.id, it.platform, id.platform, ie.platform) > 0
      else u.id is null or ut.id <> u.id or ud.id <> u.id or ue.id <> u.id
        or u.telegram_id <> c.t or u.discord_id <> c.d or u.website_email <> c.e
        or (u.telegram_id is null and it.platform is not null) or (u.discord_id is null and id.platform is not null)
        or (u.website_email is null and ie.platform is not null)
      end
  ) returning k`
export const DROP_STALE = dropStale('true')
/** The same without accounts to be made: whatever stands in the way of one is under a unique key and ends the piece. */
export const DROP_STALE_EXISTING = dropStale('not c.fresh')

/**
 * Ids of one statement: they begin with what `start` gives (all of a UUID v7 but its last nine digits) and count up, so
 * that each goes behind the last in its index, and only one of them costs randomness.
 */
export const newUuid = (start: string) =>
  `(${start}::text || to_hex(${2 ** 32} + row_number() over ()))::uuid`

const importedEvents = ({ existing }: { existing: boolean }) => `
  insert into cross_platform_events (id, user_id, event_type, source_platform, xp_delta, coins_delta, data, dedupe_key, processed, processed_at)
  select ${newUuid('$3')}, c.account_id, 'imported', 'system', p.xp, p.coins,
    -- Telegram comes first, and only the bots brought anything. Put together as text: it is parsed once, not once for each part. \`data\` lacks its last brace.
    (p.data || ',"origin":"' || p.origin || '","snapshot":"' || p.snapshot || '","delta_xp":' || p.xp || ',"delta_coins":' || p.coins
      || ',"new_xp":' || ${existing ? 'coalesce(u.xp, 0) - c.opening_xp + ' : ''}case p.source when 'telegram' then c.t_xp else c.xp end
      || ',"new_coins":' || ${existing ? 'coalesce(u.coins, 0) - c.opening_coins + ' : ''}case p.source when 'telegram' then c.t_coins else c.coins end || '}')::jsonb,
    'import:' || p.origin || ':' || p.sid || ':' || p.snapshot, true, now()
  from ${STAGE}.plan p join ${CHUNK} c on c.k = p.k
    ${existing ? 'left join unified_users u on u.id = case when not c.fresh then c.account_id end' : ''}
  where ${PIECE} order by p.k, p.n`

/** One `imported` event per record. $1, $2: the piece, $3: start of ids; written before the balances, which it names. */
export const IMPORTED_EVENTS = importedEvents({ existing: true })
/** The same of a piece in which every account is new. */
export const FIRST_EVENTS = importedEvents({ existing: false })

/** New accounts with everything around them. $1: community time zone, $2 and $3: thresholds and ids of the ranks. */
export const CREATE_ACCOUNTS = [
  {
    text: `insert into ttfd.accounts (id, claimed_at, created_at) select account_id, created_at, now() from ${CHUNK} where fresh`,
    takes: '',
  },
  {
    text: `insert into unified_users (id, telegram_id, discord_id, website_email, username, display_name, xp, coins, rank_id,
      highest_rank_paid, games_played, games_won, total_voice_time, messages_sent, achievements, daily_streak, last_daily, created_at, last_active, primary_platform)
    select account_id, t, d, e, username, display_name, xp, coins, rank, rank, games_played, games_won, voice_seconds, messages,
      achievements, streak, last_daily, created_at, coalesce(last_active, created_at),
      case when t is not null then 'telegram' when d is not null then 'discord' else 'website' end
    from (select *, ($2::bigint[])[width_bucket(xp, $1::bigint[])] as rank from ${CHUNK} where fresh) c`,
    takes: 'ranks',
  },
  {
    text: `insert into ttfd.identities (platform, platform_id, account_id, username, reachable, known_since, last_seen_at)
    select 'telegram', t, account_id, t_username, true, created_at, coalesce(last_active, created_at) from ${CHUNK} where fresh and t is not null
    union all
    select 'discord', d, account_id, d_username, false, created_at, coalesce(last_active, created_at) from ${CHUNK} where fresh and d is not null
    union all
    select 'website', e, account_id, null, false, created_at, coalesce(last_active, created_at) from ${CHUNK} where fresh and e is not null`,
    takes: '',
  },
  {
    text: `insert into ttfd.account_limits (account_id, state)
    select account_id, case when last_daily is null then '{}'::json
      else json_build_object('daily', to_char(least(last_daily, now()) at time zone $1, 'YYYY-MM-DD')) end
    from ${CHUNK} where fresh`,
    takes: 'zone',
  },
] as const

/** What comes over on top of an account that exists. */
export const ADD_TO_ACCOUNTS = [
  {
    text: `insert into ttfd.identities as i (platform, platform_id, account_id, username, reachable, known_since, last_seen_at)
    select v.platform, v.id, c.account_id, v.username, v.platform = 'telegram', c.created_at, coalesce(c.last_active, c.created_at)
    from ${CHUNK} c join unified_users u on u.id = c.account_id
      cross join lateral (values ('telegram', c.t, u.telegram_id, c.t_username), ('discord', c.d, u.discord_id, c.d_username),
        ('website', c.e, u.website_email, null)) as v (platform, id, present, username)
    where not c.fresh and v.id is not null and v.present is null`,
    takes: '',
  },
  {
    text: `insert into ttfd.account_limits as l (account_id, state)
    select account_id, json_build_object('daily', to_char(least(last_daily, now()) at time zone $1, 'YYYY-MM-DD'))
    from ${CHUNK} where not fresh and last_daily is not null
    on conflict (account_id) do update set state = (l.state::jsonb || jsonb_build_object('daily',
      greatest(l.state ->> 'daily', excluded.state ->> 'daily')))::json, updated_at = now()`,
    takes: 'zone',
  },
  {
    text: `update unified_users u set
      telegram_id = coalesce(u.telegram_id, c.t), discord_id = coalesce(u.discord_id, c.d), website_email = coalesce(u.website_email, c.e),
      username = case when u.username = 'Unknown' then c.username else u.username end,
      display_name = case when u.display_name = 'Unknown' then c.display_name else u.display_name end,
      xp = c.new_xp, coins = u.coins + c.coins - c.opening_coins, rank_id = c.rank,
      highest_rank_paid = greatest(u.highest_rank_paid, c.rank),
      games_played = u.games_played + c.games_played, games_won = u.games_won + c.games_won,
      total_voice_time = u.total_voice_time + c.voice_seconds, messages_sent = u.messages_sent + c.messages,
      daily_streak = case when c.last_daily is null then u.daily_streak
        when u.last_daily is null or c.day > c.old_day then c.streak
        when c.day < c.old_day then u.daily_streak else greatest(u.daily_streak, c.streak) end,
      last_daily = greatest(u.last_daily, c.last_daily), created_at = least(u.created_at, c.known_created_at),
      last_active = greatest(u.last_active, c.last_active)
    from (
      select k.*, o.xp + k.xp - k.opening_xp as new_xp, ($3::bigint[])[width_bucket(o.xp + k.xp - k.opening_xp, $2::bigint[])] as rank,
        ${DAY('k.last_daily', '$1')} as day, ${DAY('o.last_daily', '$1')} as old_day
      from ${CHUNK} k join unified_users o on o.id = k.account_id where not k.fresh
    ) c
    where u.id = c.account_id`,
    takes: 'both',
  },
  // Two identities that an old row joined without proof are proven now. An address is a claim still.
  {
    text: `update ttfd.accounts a set link_unproven = false from ${CHUNK} c, unified_users u
    where a.id = c.account_id and a.link_unproven and u.id = a.id and u.website_email is null
      and exists (select from ${STAGE}.joined j where j.t = u.telegram_id and j.d = u.discord_id)`,
    takes: '',
  },
] as const

export const GRANT_ACHIEVEMENTS = `
  update unified_users u set achievements = (
    select jsonb_agg(distinct held) from jsonb_array_elements(u.achievements || c.achievements) as held)
  from ${CHUNK} c where not c.fresh and c.has_achievements and u.id = c.account_id`

const taken = (which: string) => `
  insert into ttfd.import_members as m (origin, source_id, account_id, snapshot, xp, coins, games_played, games_won, messages, voice_seconds)
  select p.origin, p.sid, c.account_id, p.snapshot, p.r_xp, p.r_coins, p.r_games_played, p.r_games_won, p.r_messages, p.r_voice_seconds
  from ${STAGE}.plan p join ${CHUNK} c on c.k = p.k where ${PIECE} and ${which}`

/** What was taken from each record that came over for the first time. $1, $2: the piece. */
export const REMEMBER = taken('not p.known')

/** What was taken from each record that was known. Where it first landed stays so. $1, $2: the piece. */
export const REMEMBER_MORE = `${taken('p.known')}
  on conflict (origin, source_id) do update set snapshot = excluded.snapshot,
    xp = greatest(m.xp, excluded.xp), coins = greatest(m.coins, excluded.coins),
    games_played = greatest(m.games_played, excluded.games_played), games_won = greatest(m.games_won, excluded.games_won),
    messages = greatest(m.messages, excluded.messages), voice_seconds = greatest(m.voice_seconds, excluded.voice_seconds)`

/** What of a record waits for the owner. $1, $2: the piece. */
export const ASK_OWNER = `
  insert into ttfd.import_reviews (key, kind, claimant_platform, claimant_id, detail)
  select 'growth:' || p.origin || ':' || p.sid || ':' || p.snapshot, 'growth',
    case when p.source = 'telegram' then 'telegram' else 'discord' end, p.sid,
    jsonb_build_object('origin', p.origin, 'source', p.source, 'snapshot', p.snapshot, 'xp', p.over_xp, 'coins', p.over_coins, 'voice_seconds', p.over_voice)
  from ${STAGE}.plan p join ${CHUNK} c on c.k = p.k
  where ${PIECE} and p.over_xp + p.over_coins + p.over_voice > 0
  on conflict (key) do nothing`

/** $1, $2: the piece. */
export const FIND_BANNED = `
  select c.account_id, p.sid, p.banned from ${STAGE}.plan p join ${CHUNK} c on c.k = p.k
  where ${PIECE} and p.source = 'telegram' and p.banned is not null order by c.account_id`

/** Whom to tell of: accounts that were here before. New ones are nobody's open page. */
export const CHANGED = `select account_id from ${CHUNK} where not fresh limit 500`

export const COUNT = `select count(*)::int as accounts, count(*) filter (where not fresh)::int as existing,
  count(e)::int as addresses, coalesce(bool_or(has_achievements) filter (where not fresh), false) as has_achievements,
  coalesce(bool_or(has_known), false) as has_known, coalesce(bool_or(has_ban), false) as has_bans, coalesce(bool_or(has_growth), false) as has_growth,
  coalesce(bool_or(is_registered), false) as has_registered from ${CHUNK}`
