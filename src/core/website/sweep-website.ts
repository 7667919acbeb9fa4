import type { Database } from '../../db/connect.js'
import { LEGACY_DAYS, LEGACY_PREFIX } from './legacy-password.js'

/**
 * Clears away what sign-ins leave behind: ended sessions, states and links, old tries, old hashes that nobody used, and
 * users without any way in (a crash between a user and his login: the address must be free again). Made for a timer.
 */
export async function sweepWebsite(db: Database, now: Date): Promise<void> {
  const before = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
  const { kysely } = db
  await kysely.deleteFrom('ttfd.website_sessions').where('expires_at', '<', now).execute()
  await kysely.deleteFrom('ttfd.website_verifications').where('expires_at', '<', now).execute()
  await kysely
    .deleteFrom('ttfd.website_rate_limits')
    .where('last_request', '<', before(60).getTime())
    .execute()
  await kysely.deleteFrom('ttfd.sign_in_tries').where('updated_at', '<', before(120)).execute()
  await kysely
    .deleteFrom('ttfd.sign_in_links')
    .where('expires_at', '<', before(24 * 60))
    .execute()
  await kysely
    .deleteFrom('ttfd.website_logins')
    .where('password', 'like', `${LEGACY_PREFIX}%`)
    .where('created_at', '<', before(LEGACY_DAYS * 24 * 60))
    .execute()
  await kysely
    .deleteFrom('ttfd.website_users as u')
    .where('u.created_at', '<', before(10))
    .where('u.email_verified', '=', false)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('ttfd.website_logins as l').select('l.id').whereRef('l.user_id', '=', 'u.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('ttfd.website_accounts as w')
            .select('w.account_id')
            .whereRef('w.website_user_id', '=', 'u.id'),
        ),
      ),
    )
    .execute()
}
