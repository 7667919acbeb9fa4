import type { StatementRunner } from '../../db/statement.js'

const ROWS_MAX = 1_000
/** Younger ones are looked at often anyway. */
const OLD_SECONDS = 60

/**
 * What follows a delivery that was told to wait (quiet hours, back-off) waits with it, so that looks for what is due do
 * not walk over it each time; it is carried together with that one. For when nothing else is due.
 */
export async function parkFollowers(runner: StatementRunner, destinations: readonly string[]): Promise<void> {
  await runner.run([{ name: 'park_followers', text: PARK, values: [destinations, OLD_SECONDS, ROWS_MAX] }])
}

const PARK = `
  update ttfd.deliveries d set available_at = parked.until
  from (
    select f.id, head.available_at as until from ttfd.deliveries f cross join lateral (
      select o.available_at, o.leased_until from ttfd.deliveries o
      where o.account_id = f.account_id and o.destination = f.destination
        and o.recipient_id is not distinct from f.recipient_id and o.state = 'open' and o.id < f.id
      order by o.id limit 1
    ) head
    where f.state = 'open' and f.destination = any ($1::text[]) and f.leased_until is null
      and f.available_at < now() - $2::float8 * interval '1 second'
      and head.available_at > now() and head.leased_until is null
    limit $3 for update of f skip locked
  ) parked
  where d.id = parked.id`
