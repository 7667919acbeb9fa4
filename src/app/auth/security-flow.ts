import { randomInt } from 'node:crypto'
import { askEmailChange, confirmEmailChange, readEmailChange } from '../../core/website/change-email.js'
import { readPasswordLogin, storePassword } from '../../core/website/password-login.js'
import { isReservedEmail } from '../../core/website/placeholder-email.js'
import {
  countTry,
  forgetTries,
  LETTERS,
  PASSWORD_TRIES,
  trySubject,
} from '../../core/website/sign-in-tries.js'
import {
  type BrowserRequest,
  PASSWORD_MAX,
  PASSWORD_MIN,
  type Refused,
  type WebAuth,
} from '../../platforms/web/auth/web-auth.js'
import { refusal } from './call-auth.js'
import { readEmail } from './email-flow.js'
import { TooBusyError } from './passwords.js'
import type { WebAuthDeps } from './web-auth.js'

type SecurityFlow = Pick<
  WebAuth,
  'changePassword' | 'askEmailChange' | 'seeEmailChange' | 'confirmEmailChange'
>
type Deps = WebAuthDeps & { triesKey: () => string; emailKey: () => string }

/**
 * Changes of how an account is opened, by whoever has it open with a fresh sign-in (the site sees to that). They are
 * made by our own statements, each in one transaction, since the library would end neither sessions nor letters.
 */
export function createSecurityFlow(deps: Deps): SecurityFlow {
  const { db, context, letters, passwords, triesKey, emailKey } = deps
  const emailContext = () => ({ ...context(), key: emailKey(), random: (n: number) => randomInt(n) })

  /** Whether the password is the account's, within the limits of its address. */
  async function proves(email: string, hash: string, password: string): Promise<Refused | null> {
    const subject = trySubject(triesKey(), 'password', email)
    const verdict = await countTry(db, subject, context().now, PASSWORD_TRIES)
    if (verdict.status === 'wait') return refusal('wait', { seconds: verdict.seconds })
    if (password.length > PASSWORD_MAX) return refusal('wrong_password')
    if (!(await passwords.verify({ hash, password }))) return refusal('wrong_password')
    await forgetTries(db, subject)
    return null
  }

  async function changePassword(
    request: BrowserRequest,
    { current, password }: { current: string | null; password: string },
  ): Promise<{ status: 'password_set' } | Refused> {
    const { visitor } = request
    if (!visitor || visitor.accountId === null) return refusal('internal')
    const { accountId, sessionId } = visitor
    if (password.length < PASSWORD_MIN) return refusal('weak_password')
    if (password.length > PASSWORD_MAX) return refusal('long_password')
    const login = await readPasswordLogin(db.kysely, accountId)
    if (login.status === 'no_address') return refusal('no_address')
    const before = login.status === 'has_password' ? login.hash : null
    if (before !== null) {
      const wrong = await proves(login.email, before, current ?? '')
      if (wrong) return wrong
    }
    const hash = await passwords.hash(password)
    const stored = await storePassword(db, { accountId, sessionId, hash, before }, context().newId)
    if (stored.status === 'no_address') return refusal('no_address')
    if (stored.status === 'changed_meanwhile') return refusal('wrong_password')
    return { status: 'password_set' }
  }

  return {
    async changePassword(request, input) {
      try {
        return await changePassword(request, input)
      } catch (error) {
        if (error instanceof TooBusyError) return refusal('busy')
        throw error
      }
    },

    async askEmailChange(request, typed) {
      const accountId = request.visitor?.accountId
      if (accountId === null || accountId === undefined) return refusal('internal')
      if (!letters) return refusal('closed')
      const email = readEmail(typed)
      if (!email) return refusal('bad_email')
      if (isReservedEmail(email)) return refusal('reserved_email')
      for (const about of [email, `account ${accountId}`]) {
        const subject = trySubject(triesKey(), 'letter', about)
        const verdict = await countTry(db, subject, context().now, LETTERS)
        if (verdict.status === 'wait') return refusal('wait', { seconds: verdict.seconds })
      }
      const asked = await askEmailChange(db, { accountId, email }, emailContext())
      switch (asked.status) {
        case 'asked':
          letters.newEmail(request.locale, email, asked.token)
          return { status: 'letter_sent' }
        case 'taken':
          letters.emailTaken(request.locale, email)
          return { status: 'letter_sent' }
        case 'same_email':
          return refusal('same_email')
        case 'too_soon':
          return refusal('email_too_soon')
        case 'unknown_account':
          return refusal('internal')
        default:
          return asked satisfies never
      }
    },

    async seeEmailChange({ visitor }, token) {
      const accountId = visitor?.accountId
      if (accountId === null || accountId === undefined) return null
      return readEmailChange(db, { accountId, token }, emailContext())
    },

    async confirmEmailChange(request, token) {
      const { visitor } = request
      if (!visitor || visitor.accountId === null) return refusal('internal')
      const { accountId, sessionId } = visitor
      const done = await confirmEmailChange(db, { accountId, token, sessionId }, emailContext())
      switch (done.status) {
        case 'changed': {
          return { status: 'email_changed', email: done.email }
        }
        case 'same_email':
          return refusal('same_email')
        case 'too_soon':
          return refusal('email_too_soon')
        case 'taken':
        case 'link_over':
        case 'unknown_account':
          return refusal('link_over')
        default:
          return done satisfies never
      }
    },
  }
}
