import { CHUNK, newUuid, PIECE } from './chunk-statements.js'
import { STAGE } from './staging.js'

const LOGINS = 'import_logins'
const BRINGS_LOGIN = `p.source = 'website' and p.e is not null and p.is_new_address and not p.known`

/**
 * Website logins of addresses that nobody had here. Whoever registered one without proving it or linking anything has
 * nothing to lose: the old login takes its place. $1, $2: the piece, $3: start of ids.
 */
export const FIND_LOGINS = `
  create temporary table ${LOGINS} on commit drop as
  select c.account_id, c.closed, p.claims_discord as d, p.e as email, p.password, coalesce(p.display_name, p.username, 'Unknown') as name,
    w.id as taken, case when w.id is null then (${newUuid('$3')})::text
      when not w.email_verified and a.website_user_id is null then w.id end as user_id
  from ${STAGE}.plan p join ${CHUNK} c on c.k = p.k
    left join ttfd.website_users w on w.email = p.e
    left join ttfd.website_accounts a on a.website_user_id = w.id
  where ${PIECE} and ${BRINGS_LOGIN}`

/** The same where nobody is believed to have registered any of these addresses: who did is under a unique key and ends the piece. */
export const FIND_NEW_LOGINS = `
  create temporary table ${LOGINS} on commit drop as
  select c.account_id, c.closed, p.claims_discord as d, p.e as email, p.password, coalesce(p.display_name, p.username, 'Unknown') as name,
    null::text as taken, (${newUuid('$3')})::text as user_id
  from ${STAGE}.plan p join ${CHUNK} c on c.k = p.k
  where ${PIECE} and ${BRINGS_LOGIN}`

/** What becomes of them. $1: start of ids. */
export const LOGINS_STATEMENTS = [
  {
    text: `delete from ttfd.website_sessions s using ${LOGINS} l where s.user_id = l.taken and l.user_id = l.taken`,
    takes: '',
  },
  {
    text: `delete from ttfd.website_logins g using ${LOGINS} l where g.user_id = l.taken and l.user_id = l.taken`,
    takes: '',
  },
  {
    text: `update ttfd.website_users w set name = l.name, updated_at = now() from ${LOGINS} l where w.id = l.taken and l.user_id = l.taken`,
    takes: '',
  },
  {
    text: `insert into ttfd.website_users (id, name, email, email_verified) select user_id, name, email, false from ${LOGINS} where taken is null`,
    takes: '',
  },
  {
    text: `insert into ttfd.website_logins (id, user_id, provider_id, account_id, password)
    select (${newUuid('$1')})::text, user_id, 'credential', user_id, 'sha256:' || password from ${LOGINS}
    where user_id is not null and password is not null`,
    takes: 'ids',
  },
  {
    text: `insert into ttfd.website_accounts (website_user_id, account_id) select user_id, account_id from ${LOGINS}
    where user_id is not null and not closed`,
    takes: '',
  },
  {
    text: `insert into ttfd.unproven_emails (email, account_id, closed, discord_id, website_user_id)
    select email, account_id, closed, d, user_id from ${LOGINS}`,
    takes: '',
  },
] as const
