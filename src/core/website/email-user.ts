import type { Tx } from '../../db/connect.js'
import { displaceSquatter } from './email-login.js'

/**
 * The website user with an account's proven address, made if there is none. Whoever holds one with that address without
 * having proven it loses it.
 */
export async function emailUserOf(
  tx: Tx,
  { accountId, email, name }: { accountId: number; email: string; name: string },
  newId: () => string,
): Promise<string> {
  await tx
    .insertInto('ttfd.website_users')
    .values({ id: newId(), name, email, email_verified: true, image: null })
    .onConflict((oc) => oc.column('email').doNothing())
    .execute()
  const user = await tx
    .selectFrom('ttfd.website_users')
    .select(['id', 'email_verified'])
    .where('email', '=', email)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (!user.email_verified) await displaceSquatter(tx, user.id, { keepPassword: false })
  await tx
    .insertInto('ttfd.website_accounts')
    .values({ website_user_id: user.id, account_id: accountId })
    .onConflict((oc) => oc.column('website_user_id').doUpdateSet({ account_id: accountId }))
    .execute()
  return user.id
}
