import type { EnsureContext } from '../../core/accounts/ensure-account.js'
import { settleEmailLogin } from '../../core/website/email-login.js'
import { isReservedEmail } from '../../core/website/placeholder-email.js'
import type { SessionMaker } from '../../core/website/session-maker.js'
import type { Database } from '../../db/connect.js'
import type { SignInScope } from './sign-in-scope.js'

/** Who is proven in this request and what he opens; null when nothing was proven for this user. */
export async function whoSignsIn(
  { db, context }: { db: Database; context: () => EnsureContext },
  scope: SignInScope,
  userId: string,
): Promise<{ accountId: number | null; maker: SessionMaker } | null> {
  const { proven } = scope
  if (proven) return proven.userId === userId ? proven : null
  const user = await db.kysely
    .selectFrom('ttfd.website_users')
    .select(['id', 'email', 'email_verified', 'name'])
    .where('id', '=', userId)
    .executeTakeFirst()
  // A platform's login is opened by its platform alone.
  if (!user || isReservedEmail(user.email)) return null
  const { id, email, email_verified: emailVerified, name } = user
  const accountId = await settleEmailLogin(db, { id, email, emailVerified, name }, context())
  return { accountId, maker: { by: 'website', id: email } }
}

/** Whether a sign-in may take the place of the browser's session: only for the same account or login, never silently. */
export function mayReplace({ current }: SignInScope, userId: string, accountId: number | null): boolean {
  if (!current || current.userId === userId) return true
  return accountId !== null && current.accountId === accountId
}
