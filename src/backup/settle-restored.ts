import type pg from 'pg'

/**
 * Ends what must not outlive a restore, inside its transaction. Sessions, codes and leases of duties are not in a backup
 * at all; leases of deliveries and roles are given back, waiting link requests are over, and every guild's roles are
 * looked at again, since they may have changed after the backup was made.
 */
export async function settleRestored(
  client: pg.Client,
  { actor, madeAt }: { actor: string; madeAt: string },
): Promise<void> {
  await client.query(`
    update ttfd.deliveries set lease_token = null, leased_until = null where lease_token is not null;
    update ttfd.role_states set lease_token = null, leased_until = null where lease_token is not null;
    update ttfd.link_requests set state = 'expired', ended_at = now(), result = '{"status": "expired"}'
      where ended_at is null;
    update ttfd.discord_guilds set sweep_asked_at = now(), swept_at = null`)
  await client.query(`insert into ttfd.audit_log (actor, act, detail) values ($1, 'restored', $2::jsonb)`, [
    actor,
    JSON.stringify({ made_at: madeAt }),
  ])
}
