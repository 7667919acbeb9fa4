import type pg from 'pg'
import type { Database } from '../../db/connect.js'
import type { OldStore } from '../records.js'
import { seedCounts } from './figures.js'
import { makePlan } from './plan.js'
import type { SeedCounts } from './report.js'
import { type OnRead, stageStores } from './stage-stores.js'
import { STAGE, UNLOGGED, withStage } from './staging.js'

/** What can be wrong with an import that has ended. */
const VERIFY_CODES = [
  'not_imported',
  'account_missing',
  'figures_differ',
  'events_differ',
  'balance_differs',
  'statistics_short',
  'link_without_proof',
  'proof_not_linked',
] as const
type VerifyCode = (typeof VERIFY_CODES)[number]

type VerifyFinding = { code: VerifyCode; total: number; examples: string[] }

export type VerifyReport = {
  findings: VerifyFinding[]
  /** Records that were compared, and accounts whose balance was. */
  compared: { records: number; accounts: number }
  seed: SeedCounts
}

const EXAMPLES_MAX = 20

/**
 * Compares the stores with what lives here, by its own look at both: each sound record has a living account, its events
 * carry its figures, every balance is the sum of its events, and nobody is linked whom neither a proof nor his own act
 * here has linked. Changes nothing.
 */
export async function verifyImport(
  db: Database,
  { stores, trustClaims }: { stores: readonly OldStore[]; trustClaims: boolean },
  onRead: OnRead = () => {},
): Promise<VerifyReport> {
  return withStage(db, async (client) => {
    const staged = await stageStores(db, client, stores, onRead)
    await makePlan(client, staged, { trustClaims })
    await client.query(EXPECTED)
    await client.query(`create unique index on ${STAGE}.expected (n)`)
    await client.query(`analyze ${STAGE}.expected`)
    const findings: VerifyFinding[] = []
    for (const code of VERIFY_CODES) {
      const { rows } = await client.query<{ what: string; total: number }>(
        `select what, count(*) over ()::int as total from (${CHECKS[code]}) found order by what limit ${EXAMPLES_MAX}`,
      )
      if (rows[0]) findings.push({ code, total: rows[0].total, examples: rows.map((row) => row.what) })
    }
    return { findings, compared: await compared(client), seed: await seedCounts(client) }
  })
}

async function compared(client: pg.Client): Promise<VerifyReport['compared']> {
  const { rows } = await client.query(`select (select count(*) from ${STAGE}.expected)::int as records,
    (select count(*) from unified_users)::int as accounts`)
  return rows[0]
}

/** Every record that should be here, with the identity under which it should. */
const EXPECTED = `
  ${UNLOGGED('expected')} as
  select r.n, r.origin, r.source, r.sid, r.xp, r.coins, r.games_played, r.voice_seconds,
    case when r.source = 'telegram' then r.sid end as t, case when r.source in ('discord', 'voice') then r.sid end as d,
    coalesce(case r.source when 'telegram' then ut.id when 'website' then ue.id else ud.id end, case when w.e is null then uw.id end) as account_id,
    m.account_id as landed, m.xp as m_xp, m.coins as m_coins, m.games_played as m_games, m.voice_seconds as m_voice
  from ${STAGE}.records r
    left join ${STAGE}.web w on r.source = 'website' and w.n = r.n
    left join unified_users ut on r.source = 'telegram' and ut.telegram_id = r.sid
    left join unified_users ud on r.source in ('discord', 'voice') and ud.discord_id = r.sid
    left join unified_users ue on r.source = 'website' and ue.website_email = r.email
    left join unified_users uw on r.source = 'website' and uw.discord_id = r.claims_discord
    left join ttfd.import_members m on m.origin = r.origin and m.source_id = r.sid
  where r.source not like 'erased:%' and not coalesce(w.held, false)`

const NAME = `e.origin || ':' || e.sid`
const FIGURES = ['xp', 'coins'] as const

const LINKED_HERE = `exists (
    select from cross_platform_events v join ttfd.accounts f on f.id = v.user_id and (f.id = u.id or f.merged_into = u.id)
    where v.event_type in ('account_linked', 'accounts_merged', 'merge_undone'))
  or exists (select from ttfd.import_reviews q where q.state = 'accepted' and q.kind <> 'growth'
    and q.claimed_id in (u.discord_id, u.telegram_id, u.website_email))`

/** One SELECT for each finding, with a column `what`. Empty: good. */
const CHECKS: Record<VerifyCode, string> = {
  not_imported: `select ${NAME} as what from ${STAGE}.expected e where e.landed is null
    union select p.origin || ':' || p.sid from ${STAGE}.plan p where p.known`,
  // An identity that its owner unlinked or that was erased has none any more, and says so itself.
  account_missing: `select ${NAME} as what from ${STAGE}.expected e
    where e.landed is not null and e.account_id is null
      and not exists (select from ttfd.accounts a where a.id = e.landed and a.deleted_at is not null)
      and not exists (select from ttfd.link_history h where h.account_id = e.landed and h.act = 'unlinked')
      and not exists (select from ttfd.identities i where i.account_id is null and i.platform_id = e.sid)
      and (e.source <> 'website' or ttfd.living_account(e.landed) is null)`,
  figures_differ: `select ${NAME} || ' ' || v.field || ' ' || v.store || ' > ' || v.here as what from ${STAGE}.expected e
      cross join lateral (values ('xp', e.xp, e.m_xp), ('coins', e.coins, e.m_coins), ('games', e.games_played, e.m_games), ('voice', e.voice_seconds, e.m_voice)) as v (field, store, here)
    where v.store > v.here`,
  // What a record brought, and what of it waits or was refused, is the highest figure that it ever had.
  events_differ: `select ${NAME} || ' xp ' || s.xp || ' / ' || e.m_xp || ', coins ' || s.coins || ' / ' || e.m_coins as what
    from ${STAGE}.expected e join (
      select b.origin, b.sid, sum(b.xp) as xp, sum(b.coins) as coins from (
        select v.origin, v.sid, v.xp, v.coins from (
          select split_part(x.dedupe_key, ':', 2) as origin, split_part(x.dedupe_key, ':', 3) as sid, x.xp_delta as xp, x.coins_delta as coins
          from cross_platform_events x where x.event_type = 'imported' and x.dedupe_key like 'import:%:%:%'
            and x.dedupe_key not like 'import:unified:%' and x.dedupe_key not like 'import:%:accepted'
        ) v
        union all
        select q.detail ->> 'origin', q.claimant_id, (q.detail ->> 'xp')::bigint, (q.detail ->> 'coins')::bigint
        from ttfd.import_reviews q where q.kind = 'growth'
      ) b group by b.origin, b.sid
    ) s on s.origin = e.origin and s.sid = e.sid
    where ${FIGURES.map((field) => `s.${field} <> e.m_${field}`).join(' or ')}
    union all
    select ${NAME} || ' ' from ${STAGE}.expected e where e.landed is not null and e.m_xp + e.m_coins > 0 and not exists (
      select from cross_platform_events x where x.event_type = 'imported' and x.user_id in (
        select e.landed union select a.id from ttfd.accounts a where a.merged_into = e.landed)
        and x.dedupe_key like 'import:' || e.origin || ':' || e.sid || ':%')`,
  balance_differs: `
    with recursive roots as (
      select id, id as root from ttfd.accounts where merged_into is null
      union all select a.id, r.root from roots r join ttfd.accounts a on a.merged_into = r.id
    ), sums as (
      select r.root, sum(e.xp_delta) as xp, sum(e.coins_delta) as coins
      from cross_platform_events e join roots r on r.id = e.user_id group by r.root
    )
    select 'account ' || u.id || ' xp ' || u.xp || ' / ' || coalesce(s.xp, 0) || ', coins ' || u.coins || ' / ' || coalesce(s.coins, 0) as what
    from unified_users u left join sums s on s.root = u.id
    where u.xp <> coalesce(s.xp, 0) or u.coins <> coalesce(s.coins, 0)`,
  statistics_short: `select 'account ' || u.id as what from (
      select e.account_id, sum(e.games_played) as games, sum(e.voice_seconds) as voice from ${STAGE}.expected e
      where e.account_id is not null and e.landed is not null and ttfd.living_account(e.landed) = e.account_id group by e.account_id
    ) s join unified_users u on u.id = s.account_id
    where (u.games_played < s.games or u.total_voice_time < s.voice)
      and not exists (select from ttfd.import_reviews q where q.kind = 'growth' and q.claimant_id in (u.telegram_id, u.discord_id))`,
  link_without_proof: `select 'account ' || u.id || ' telegram:' || u.telegram_id || ' discord:' || u.discord_id as what
    from unified_users u join ttfd.accounts a on a.id = u.id
    where u.telegram_id is not null and u.discord_id is not null and not a.link_unproven
      and (exists (select from ${STAGE}.records r where r.source = 'telegram' and r.sid = u.telegram_id)
        or exists (select from ${STAGE}.records r where r.source in ('discord', 'voice') and r.sid = u.discord_id))
      and not exists (select from ${STAGE}.joined j where j.t = u.telegram_id and j.d = u.discord_id)
      and not (${LINKED_HERE})
    union all
    select 'account ' || u.id || ' website:' || left(u.website_email, 1) || '***'
    from ${STAGE}.records r join unified_users u on u.website_email = r.email join ttfd.accounts a on a.id = u.id
      left join ${STAGE}.web w on w.n = r.n
    where r.source = 'website' and not a.link_unproven and num_nonnulls(u.telegram_id, u.discord_id) > 0
      and (u.discord_id is null or w.d is distinct from u.discord_id) and not (${LINKED_HERE})`,
  proof_not_linked: `select 'telegram:' || p.t || ' discord:' || p.d as what from ${STAGE}.pairs p
      left join unified_users ut on ut.telegram_id = p.t left join unified_users ud on ud.discord_id = p.d
      left join ttfd.import_members mt on mt.origin = 'telegram' and mt.source_id = p.t
      left join ttfd.import_members md on md.origin = 'discord' and md.source_id = p.d
    where p.state <> 'contested' and ut.id is distinct from ud.id
      and not exists (select from ttfd.import_reviews q where q.key = 'accounts:' || p.t || ':' || p.d)
      and not (p.state = 'left' and exists (select from cross_platform_events v
        where v.event_type in ('account_unlinked', 'merge_undone') and v.user_id in (ut.id, ud.id, mt.account_id, md.account_id)))`,
}
