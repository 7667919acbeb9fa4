import { STAGE, UNLOGGED } from './staging.js'

const brings = (side: string) =>
  `jsonb_build_object('name', ${side}.display_name, 'username', ${side}.username, 'xp', coalesce(${side}.xp, 0),
    'coins', coalesce(${side}.coins, 0), 'games', coalesce(${side}.games_played, 0), 'known', ${side}.n is not null)`

const SAME_NAME = `coalesce(lower(a.username) = lower(b.username), false)`

/** What the plan leaves to the owner and the members, but growth, which is written with the account it waits for. */
const CLAIM_REVIEWS = `
  select 'claim:' || c.platform || ':' || c.id || ':' || c.d as key, case when c.contested then 'contested' else 'claim' end as kind,
    c.platform as claimant_platform, case when c.platform = 'website' then coalesce(w.e, '#' || c.id) else c.id end as claimant_id,
    'discord' as claimed_platform, c.d as claimed_id, ${SAME_NAME} as same_name,
    jsonb_build_object('claimant', ${brings('a')}, 'claimed', ${brings('b')}) as detail
  from ${STAGE}.claims c
    join ${STAGE}.records a on a.n = c.n
    left join ${STAGE}.records b on b.source = 'discord' and b.sid = c.d
    left join ${STAGE}.web w on w.n = c.n
    left join unified_users ut on ut.telegram_id = case when c.platform = 'telegram' then c.id end
    left join unified_users ue on ue.website_email = w.e
  where w.d is null and coalesce(ut.discord_id, ue.discord_id) is distinct from c.d
    and not exists (select from ${STAGE}.joined j where j.trusted and j.t = c.id and j.d = c.d and c.platform = 'telegram')
  union all
  select 'proof:' || p.t || ':' || p.d, 'contested', 'telegram', p.t, 'discord', p.d, ${SAME_NAME},
    jsonb_build_object('proof', true, 'claimant', ${brings('a')}, 'claimed', ${brings('b')})
  from ${STAGE}.pairs p
    left join ${STAGE}.records a on a.source = 'telegram' and a.sid = p.t
    left join ${STAGE}.records b on b.source = 'discord' and b.sid = p.d
  where p.state = 'contested' and (p.account_t is null or p.account_d is null or p.account_t <> p.account_d)
  union all
  select 'address:' || r.sid || ':' || r.email, 'address', 'website', '#' || r.sid, 'website', r.email, false,
    jsonb_build_object('claimant', jsonb_build_object('name', r.display_name, 'username', r.username))
  from ${STAGE}.web w join ${STAGE}.records r on r.n = w.n where w.is_shared`

/** Accounts of the old unified tables that hold several identities and stay unproven: one person, or several? */
const JOINED_REVIEWS = `
  select 'joined:' || u.id as key, 'joined', case when u.telegram_id is null then 'discord' else 'telegram' end, coalesce(u.telegram_id, u.discord_id),
    case when u.telegram_id is null or u.discord_id is null then 'website' else 'discord' end,
    case when u.telegram_id is null or u.discord_id is null then u.website_email else u.discord_id end, ${SAME_NAME},
    jsonb_build_object('account', u.id, 'claimant', ${brings('a')}, 'claimed', ${brings('b')},
      'other_proof', exists (select from ${STAGE}.pairs p where (p.t = u.telegram_id) <> (p.d = u.discord_id)))
  from ttfd.accounts o join unified_users u on u.id = o.id
    left join ${STAGE}.records a on a.source = case when u.telegram_id is null then 'discord' else 'telegram' end and a.sid = coalesce(u.telegram_id, u.discord_id)
    left join ${STAGE}.records b on u.telegram_id is not null and b.source = 'discord' and b.sid = u.discord_id
  where o.link_unproven and num_nonnulls(u.telegram_id, u.discord_id, u.website_email) > 1
    and not (u.website_email is null and exists (select from ${STAGE}.joined j where j.t = u.telegram_id and j.d = u.discord_id))`

/** Every question that the plan leaves, kept in the stage: counted, listed and put into the queue from there. */
export const KEEP_REVIEWS = `
  ${UNLOGGED('reviews')} as ${CLAIM_REVIEWS}
  union all
  select 'growth:' || p.origin || ':' || p.sid || ':' || p.snapshot, 'growth', case when p.source = 'telegram' then 'telegram' else 'discord' end,
    p.sid, null, null, false, jsonb_build_object('origin', p.origin, 'xp', p.over_xp, 'coins', p.over_coins, 'voice_seconds', p.over_voice)
  from ${STAGE}.plan p where p.over_xp + p.over_coins + p.over_voice > 0
  union all ${JOINED_REVIEWS}`

/** Puts into the queue what is not there yet; what was decided stays decided. Growth is written with its account. */
export const WRITE_REVIEWS = `
  insert into ttfd.import_reviews (key, kind, claimant_platform, claimant_id, claimed_platform, claimed_id, same_name, detail)
  select key, kind, claimant_platform, claimant_id, claimed_platform, claimed_id, same_name, detail from ${STAGE}.reviews q
  where q.kind <> 'growth'
    -- Some of these a proof has settled since the plan was made.
    and (q.kind <> 'joined' or exists (select from ttfd.accounts a where a.id = (q.detail ->> 'account')::bigint and a.link_unproven))
    and not exists (select from ttfd.import_reviews r where r.key = q.key)
  on conflict (key) do nothing`
