import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import { type Identity, identityKey } from '../accounts/identity.js'
import { hideInAudit } from './hide-in-audit.js'

type Family = {
  /** The account and all that were merged into it. */
  family: readonly number[]
  identities: readonly Identity[]
}

/**
 * Deletes every row that says something of a person beside the ledger: requests, codes, merges with their snapshots,
 * notices on their way, rounds, voice, roles that are off, restrictions, imported records, logins, identities, choices.
 */
export async function eraseRows(tx: Tx, { family, identities }: Family): Promise<void> {
  const ids = sql`any(${family as number[]}::bigint[])`
  const platforms = identities.map((one) => one.platform)
  const platformIds = identities.map((one) => one.id)
  const keys = identities.map(identityKey)
  /** Whether a pair of columns names one of the person's identities. */
  const theirs = (platform: string, id: string) =>
    sql`(${sql.ref(platform)}, ${sql.ref(id)}) in (select * from unnest(${platforms}::text[], ${platformIds}::text[]))`
  const discord = sql`any(${identities.filter((one) => one.platform === 'discord').map((one) => one.id)}::text[])`
  const telegram = sql`any(${identities.filter((one) => one.platform === 'telegram').map((one) => one.id)}::text[])`

  await eraseDeliveries(tx, { family, identities })
  await eraseLogins(tx, { family, identities })
  await sql`delete from ttfd.discord_link_requests where discord_id = ${discord}`.execute(tx)
  await sql`delete from ttfd.deep_links where account_id = ${ids} or telegram_id = ${telegram}
    or ${theirs('platform', 'platform_id')}`.execute(tx)
  await sql`delete from ttfd.link_requests where owner_account_id = ${ids} or typist_account_id = ${ids}
    or ${theirs('owner_platform', 'owner_platform_id')} or ${theirs('typist_platform', 'typist_platform_id')}`.execute(
    tx,
  )
  await sql`delete from ttfd.link_codes where ${theirs('platform', 'platform_id')}`.execute(tx)
  await sql`delete from ttfd.link_history where account_id = ${ids} or ${theirs('platform', 'platform_id')}`.execute(
    tx,
  )
  await sql`delete from ttfd.link_attempts where subject = any(${keys}::text[])`.execute(tx)
  await sql`delete from ttfd.unlinks where account_id = ${ids} or ${theirs('platform', 'platform_id')}`.execute(
    tx,
  )
  await sql`delete from ttfd.merges where survivor_id = ${ids} or loser_id = ${ids}`.execute(tx)
  await sql`delete from ttfd.sign_in_links where account_id = ${ids} or telegram_id = ${telegram}`.execute(tx)
  await sql`delete from ttfd.game_rounds where account_id = ${ids} or ${theirs('platform', 'platform_id')}`.execute(
    tx,
  )
  await sql`delete from ttfd.voice_sessions where discord_id = ${discord}`.execute(tx)
  // A role that is on still stays to be taken off; `sweepErasedRoles` clears the row away after that.
  await sql`delete from ttfd.role_states where discord_id = ${discord} and state = 'applied' and applied_tier is null`.execute(
    tx,
  )
  await sql`delete from ttfd.restrictions where account_id = ${ids} or holder_id = ${ids}`.execute(tx)
  await sql`delete from ttfd.import_members where account_id = ${ids}`.execute(tx)
  await sql`delete from ttfd.import_reviews where ${theirs('claimant_platform', 'claimant_id')}
    or ${theirs('claimed_platform', 'claimed_id')}`.execute(tx)
  await sql`delete from ttfd.unproven_emails where account_id = ${ids}`.execute(tx)
  await sql`delete from ttfd.email_changes where account_id = ${ids}`.execute(tx)
  await sql`delete from ttfd.board_leaders where account_id = ${ids}`.execute(tx)
  await sql`delete from ttfd.board_tops where account_id = ${ids}`.execute(tx)
  await sql`update ttfd.places set added_by = 'erased' where added_by = any(${keys}::text[])`.execute(tx)
  await hideInAudit(tx, { family, keys })
  await sql`delete from unified_users where id = ${ids}`.execute(tx)
  await sql`delete from ttfd.identities where account_id = ${ids} or ${theirs('platform', 'platform_id')}`.execute(
    tx,
  )
  await sql`delete from ttfd.account_settings where account_id = ${ids}`.execute(tx)
  await sql`delete from ttfd.account_limits where account_id = ${ids}`.execute(tx)
  await sql`delete from ttfd.deletions where account_id = ${ids}`.execute(tx)
}

/** Notices of the person's events and to the person; an event of somebody else that waited for one of them is done. */
async function eraseDeliveries(tx: Tx, { family, identities }: Family): Promise<void> {
  for (const { platform, id } of identities) {
    await sql`
      with gone as (
        delete from ttfd.deliveries where recipient_id = ${id} and destination like ${`${platform}%`} returning event_id)
      update cross_platform_events e set processed = true, processed_at = now() from gone
      where e.id = gone.event_id and not e.processed and not exists (
        select from ttfd.deliveries d where d.event_id = e.id and d.state = 'open'
          and not (d.recipient_id is not distinct from ${id} and d.destination like ${`${platform}%`}))`.execute(
      tx,
    )
  }
  await sql`delete from ttfd.deliveries d using cross_platform_events e
    where e.id = d.event_id and (d.account_id = any(${family as number[]}::bigint[]) or e.user_id = any(${family as number[]}::bigint[]))`.execute(
    tx,
  )
}

/** Website logins that lead to the account or that one of its identities opens, with their sessions and open letters. */
async function eraseLogins(tx: Tx, { family, identities }: Family): Promise<void> {
  const platforms = identities.map((one) => one.platform)
  const platformIds = identities.map((one) => one.id)
  const { rows } = await sql<{ id: string }>`
    select website_user_id as id from ttfd.website_accounts where account_id = any(${family as number[]}::bigint[])
    union select user_id from ttfd.website_logins
      where (provider_id, account_id) in (select * from unnest(${platforms}::text[], ${platformIds}::text[]))
    union select p.id from ttfd.website_users p join unnest(${platforms}::text[], ${platformIds}::text[]) as i (platform, id)
      on i.platform = 'website' and i.id = p.email`.execute(tx)
  const users = rows.map(({ id }) => id)
  await sql`delete from ttfd.website_verifications v
    where exists (select from unnest(${users}::text[]) as u (id) where position(u.id in v.value) > 0)`.execute(
    tx,
  )
  await sql`delete from ttfd.website_users where id = any(${users}::text[])`.execute(tx)
}
