import { sql } from 'kysely'
import type { PlatformName } from '../../db/columns.js'
import type { Reader } from '../../db/connect.js'
import type { ReviewKind, ReviewState } from '../../db/tables/import.js'
import { maskName } from '../website/placeholder-email.js'
import { readClosedLogin } from '../website/unproven-emails.js'

/** A question that an import left to the owner, as it stands now. */
export type Review = {
  id: number
  kind: ReviewKind
  state: ReviewState
  claimant: { platform: PlatformName; id: string; accountId: number | null }
  /** Null: growth, which concerns nobody else. */
  claimed: { platform: PlatformName; id: string; accountId: number | null } | null
  /** A remark, never a reason. */
  sameName: boolean
  /** What either side brought, or how much waits. */
  detail: Record<string, unknown>
  createdAt: Date
}

/** What an old record brought, as a question keeps it. */
export type Brought = { name: string | null; xp: number; coins: number }

/** What the record of a side brought; null: no record of it was read. */
export function broughtBy(detail: Record<string, unknown>, side: 'claimant' | 'claimed'): Brought | null {
  const found = detail[side] as (Partial<Brought> & { username?: string | null; known?: boolean }) | undefined
  if (!found || found.known === false) return null
  return { name: found.name ?? found.username ?? null, xp: found.xp ?? 0, coins: found.coins ?? 0 }
}

type ReviewRow = {
  id: number
  kind: ReviewKind
  state: ReviewState
  claimant_platform: PlatformName
  claimant_id: string
  claimed_platform: PlatformName | null
  claimed_id: string | null
  claimant_account: number | null
  claimed_account: number | null
  same_name: boolean
  detail: Record<string, unknown>
  created_at: Date
}

const REVIEW = sql`
  select r.id, r.kind, r.state, r.claimant_platform, r.claimant_id, r.claimed_platform, r.claimed_id, r.same_name, r.detail,
    r.created_at, i.account_id as claimant_account, k.account_id as claimed_account
  from ttfd.import_reviews r
    left join ttfd.identities i on i.platform = r.claimant_platform and i.platform_id = r.claimant_id
    left join ttfd.identities k on k.platform = r.claimed_platform and k.platform_id = r.claimed_id`

/**
 * A page of questions, oldest first, from behind the number `after`. Open ones that have answered themselves are left
 * out: two sides that have become one account meanwhile, an old account whose link its own sides proved.
 */
export async function listReviews(
  reader: Reader,
  { after = 0, limit, all = false }: { after?: number; limit: number; all?: boolean },
): Promise<Review[]> {
  const { rows } = await sql<ReviewRow>`${REVIEW}
    where r.id > ${after} and (${all} or (r.state = 'open' and case r.kind
      when 'joined' then exists (select from ttfd.accounts a where a.id = i.account_id and a.link_unproven)
      else k.account_id is null or i.account_id is distinct from k.account_id end))
    order by r.id limit ${limit}`.execute(reader)
  return rows.map(toReview)
}

/** One question; null for a number that is none. */
export async function readReview(reader: Reader, id: number): Promise<Review | null> {
  const { rows } = await sql<ReviewRow>`${REVIEW} where r.id = ${id}`.execute(reader)
  return rows[0] ? toReview(rows[0]) : null
}

function toReview(row: ReviewRow): Review {
  const { claimed_platform: platform, claimed_id: id } = row
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    claimant: { platform: row.claimant_platform, id: row.claimant_id, accountId: row.claimant_account },
    claimed: platform !== null && id !== null ? { platform, id, accountId: row.claimed_account } : null,
    sameName: row.same_name,
    detail: row.detail,
    createdAt: row.created_at,
  }
}

/** Somebody whom an old record links with a member, though nothing proved it: offered to both, never done. */
export type LinkOffer = {
  /** Whether the member's own record names the other one, or the other's names him. */
  direction: 'claims' | 'claimed'
  platform: PlatformName
  /** The other's name as a stranger may see it; null: he has none. */
  maskedName: string | null
}

const OFFERS_MAX = 5

/**
 * Whom a member may want to link by the ordinary two-sided way (a code typed on the other platform), since an old record
 * says so. After that the progress follows by the ordinary merge. Nothing here is proof, so nobody is named in full.
 */
export async function readLinkOffers(reader: Reader, accountId: number): Promise<LinkOffer[]> {
  const { rows } = await sql<{
    direction: LinkOffer['direction']
    platform: PlatformName
    name: string | null
  }>`
    with own as (select platform, platform_id from ttfd.identities where account_id = ${accountId}),
    found as (
      select r.id, 'claims' as direction, r.claimed_platform as platform, r.claimed_id as other
      from own join ttfd.import_reviews r on r.claimant_platform = own.platform and r.claimant_id = own.platform_id
      where r.state = 'open' and r.kind in ('claim', 'contested')
      union all
      select r.id, 'claimed', r.claimant_platform, r.claimant_id
      from own join ttfd.import_reviews r on r.claimed_platform = own.platform and r.claimed_id = own.platform_id
      where r.state = 'open' and r.kind in ('claim', 'contested')
    )
    select f.direction, f.platform, nullif(u.display_name, 'Unknown') as name
    from found f join ttfd.identities o on o.platform = f.platform and o.platform_id = f.other
      join unified_users u on u.id = o.account_id
    where o.account_id <> ${accountId} and not exists (
      select from ttfd.identities mine where mine.account_id = ${accountId} and mine.platform = f.platform)
    order by f.id limit ${OFFERS_MAX}`.execute(reader)
  return rows.map(({ direction, platform, name }) => ({
    direction,
    platform,
    maskedName: name === null ? null : maskName(name),
  }))
}

/** Whether any old record names the member without proof, so that he should be asked. Two looks by index. */
export async function hasOldClaims(reader: Reader, accountId: number): Promise<boolean> {
  if ((await readClosedLogin(reader, accountId)) !== null) return true
  return (await readLinkOffers(reader, accountId)).length > 0
}
