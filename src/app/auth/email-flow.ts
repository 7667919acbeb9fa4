import { z } from 'zod'
import { cleanName } from '../../core/accounts/clean-name.js'
import { renewLegacyHash } from '../../core/website/legacy-password.js'
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
  type SignedIn,
  type WebAuth,
} from '../../platforms/web/auth/web-auth.js'
import { isAddress } from '../mail/message.js'
import { type AuthAnswer, type AuthCaller, refusal } from './call-auth.js'
import { newScope, type SignInScope } from './sign-in-scope.js'
import type { WebAuthDeps } from './web-auth.js'

type EmailFlow = Pick<
  WebAuth,
  'signInByEmail' | 'register' | 'verifyEmail' | 'requestReset' | 'resetPassword'
>
type Deps = WebAuthDeps & { caller: () => AuthCaller; triesKey: () => string }

const EMAIL_MAX = 254

/** Signing in with an address and a password: everything that a stranger may learn from it is nothing. */
export function createEmailFlow(deps: Deps): EmailFlow {
  const { db, context, caller, triesKey, letters, passwords } = deps

  const scopeOf = (request: BrowserRequest, more: Partial<SignInScope> = {}) =>
    newScope({ locale: request.locale, current: request.visitor, ...more })

  const post = (
    request: BrowserRequest,
    scope: SignInScope,
    path: string,
    body: object,
  ): Promise<AuthAnswer> => caller().call(request, scope, { method: 'POST', path, body })

  /** Counts one letter to an address; the answer does not depend on whether the address is known. */
  const letterWait = async (email: string): Promise<number | null> => {
    const verdict = await countTry(db, trySubject(triesKey(), 'letter', email), context().now, LETTERS)
    return verdict.status === 'wait' ? verdict.seconds : null
  }

  /** One password for one address, within the limits of both. */
  async function tryPassword(
    request: BrowserRequest,
    scope: SignInScope,
    { email, password, known }: { email: string; password: string; known: string | null },
  ): Promise<{ ending: 'right' | 'unproven'; answer: AuthAnswer } | Refused> {
    const subject = trySubject(triesKey(), known ? 'known' : 'password', known ? `${email} ${known}` : email)
    const verdict = await countTry(db, subject, context().now, PASSWORD_TRIES)
    if (verdict.status === 'wait') return refusal('wait', { seconds: verdict.seconds })
    const answer = await post(request, scope, '/sign-in/email', { email, password })
    if (answer.retryAfter !== null) return refusal('too_many', { seconds: answer.retryAfter })
    const unproven = answer.status === 403 && answer.body?.code === 'EMAIL_NOT_VERIFIED'
    if (scope.made || unproven || scope.problem === 'other_account') {
      await forgetTries(db, subject)
      await renewLegacyHash(db, email, () => passwords.hash(password))
      if (scope.problem === 'other_account') return refusal('other_account')
      return { ending: unproven ? 'unproven' : 'right', answer }
    }
    return refusal(scope.problem ?? (answer.status >= 500 ? 'internal' : 'wrong_password'))
  }

  const signedIn = (scope: SignInScope, answer: AuthAnswer): SignedIn => ({
    status: 'signed_in',
    accountId: scope.made?.accountId ?? null,
    cookies: answer.cookies,
  })

  return {
    async signInByEmail(request, input) {
      const email = readEmail(input.email)
      if (!email || !input.password || input.password.length > PASSWORD_MAX) return refusal('wrong_password')
      const scope = scopeOf(request)
      const tried = await tryPassword(request, scope, { ...input, email })
      if ('status' in tried) return tried
      if (tried.ending === 'right') return signedIn(scope, tried.answer)
      // Whoever knows the password gets another letter; so many an hour, and each is told where it went.
      if ((await letterWait(email)) === null) {
        await post(request, scopeOf(request), '/send-verification-email', { email })
      }
      return refusal('unproven')
    },

    async register(request, input) {
      const { registrationOpen } = deps.settings()
      if (!registrationOpen) return refusal('closed')
      const name = cleanName(input.name)
      const email = readEmail(input.email)
      if (!name) return refusal('bad_name')
      if (!email) return refusal('bad_email')
      if (isReservedEmail(email)) return refusal('reserved_email')
      if (input.password.length < PASSWORD_MIN) return refusal('weak_password')
      if (input.password.length > PASSWORD_MAX) return refusal('long_password')
      const wait = await letterWait(email)
      if (wait !== null) return refusal('wait', { seconds: wait })
      const { password } = input
      const scope = scopeOf(request)
      const answer = await post(request, scope, '/sign-up/email', { name, email, password })
      if (answer.retryAfter !== null) return refusal('too_many', { seconds: answer.retryAfter })
      if (answer.status !== 200) {
        return refusal(scope.problem ?? (answer.status >= 500 ? 'internal' : 'bad_email'))
      }
      if (letters) return { status: 'letter_sent' }
      const tried = await tryPassword(request, scope, { email, password, known: null })
      // The address has a login with another password already: whose it is, is told to nobody.
      if ('status' in tried) return tried.problem === 'wrong_password' ? refusal('not_signed_up') : tried
      return signedIn(scope, tried.answer)
    },

    async verifyEmail(request, { token, password }) {
      const email = emailIn(token)
      if (!email) return refusal('link_over')
      const scope = scopeOf(request)
      const tried = await tryPassword(request, scope, { email, password, known: null })
      if ('status' in tried) return tried
      // Pressed a second time: the address is proven already and the password was right.
      if (tried.ending === 'right') return signedIn(scope, tried.answer)
      const proof = await caller().call(request, scopeOf(request), {
        method: 'GET',
        path: `/verify-email?${new URLSearchParams({ token })}`,
      })
      if (proof.status !== 200) return refusal('link_over')
      const again = scopeOf(request)
      const entered = await tryPassword(request, again, { email, password, known: null })
      if ('status' in entered) return entered
      return entered.ending === 'right' ? signedIn(again, entered.answer) : refusal('link_over')
    },

    async requestReset(request, typed) {
      const email = readEmail(typed)
      if (!letters) return refusal('closed')
      if (!email) return refusal('bad_email')
      const wait = await letterWait(email)
      if (wait !== null) return refusal('wait', { seconds: wait })
      const answer = await post(request, scopeOf(request), '/request-password-reset', {
        email,
        redirectTo: '/reset',
      })
      if (answer.retryAfter !== null) return refusal('too_many', { seconds: answer.retryAfter })
      return { status: 'letter_sent' }
    },

    async resetPassword(request, { token, password }) {
      if (password.length < PASSWORD_MIN) return refusal('weak_password')
      if (password.length > PASSWORD_MAX) return refusal('long_password')
      if (!/^\w{1,64}$/.test(token)) return refusal('link_over')
      const scope = scopeOf(request)
      const answer = await post(request, scope, '/reset-password', { newPassword: password, token })
      if (answer.retryAfter !== null) return refusal('too_many', { seconds: answer.retryAfter })
      if (answer.status === 200) return { status: 'password_set' }
      return refusal(scope.problem ?? (answer.status >= 500 ? 'internal' : 'link_over'))
    },
  }
}

/** An address as it is kept: trimmed, small letters; null for what is none. */
export function readEmail(typed: string): string | null {
  const email = typed.trim().normalize('NFC').toLowerCase()
  const good = email.length <= EMAIL_MAX && isAddress(email) && z.email().safeParse(email).success
  return good ? email : null
}

/** The address that a letter's token speaks of. Nothing is believed here: the library checks the token's signature. */
function emailIn(token: string): string | null {
  if (token.length > 2_048) return null
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    const { email } = (payload ?? {}) as { email?: unknown }
    return typeof email === 'string' ? readEmail(email) : null
  } catch {
    return null
  }
}
