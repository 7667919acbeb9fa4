import { type RawBuilder, sql } from 'kysely'

/**
 * Whether boards and searches list an account: it is neither hidden by its owner nor banned. One rule for all of them,
 * written so that the database may use it as an anti-join. `id` is the account's column in the statement around it.
 */
export function isListed(id: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`not exists (
      select from ttfd.account_settings hidden where hidden.account_id = ${id} and hidden.private)
    and not ${isBanned(id)}`
}

/** Whether an account is banned now. `id` is as above. */
export function isBanned(id: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`exists (
      select from ttfd.restrictions banned where banned.holder_id = ${id} and banned.lifted_at is null
        and banned.kind = 'banned' and (banned.until is null or banned.until > now()))`
}
