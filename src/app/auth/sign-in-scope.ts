import { AsyncLocalStorage } from 'node:async_hooks'
import type { DiscordProfile } from '../../core/website/discord-sign-in.js'
import type { SessionMaker } from '../../core/website/session-maker.js'
import type { Visitor } from '../../core/website/sessions.js'
import type { Locale } from '../../i18n/translate.js'
import type { SignInProblem } from '../../platforms/web/auth/web-auth.js'

/**
 * What one request to the login library knows beyond the library: who was signed in before, who is proven, and why
 * something failed. It reaches the library's callbacks without going through the library.
 */
export type SignInScope = {
  locale: Locale
  current: Visitor | null
  /** Whom a platform or a link has proven in this request. */
  proven: { userId: string; accountId: number; maker: SessionMaker } | null
  /** Who came back from Discord to be linked: nothing is written before both sides were seen. */
  discord: DiscordProfile | null
  /** The library has found the session live in which that was asked for. */
  asksLink: boolean
  /** The session that was made. */
  made: { accountId: number | null } | null
  problem: SignInProblem | null
  /** What broke on our side, to be thrown on when the library has swallowed it. */
  failure: unknown
}

export type Scopes = AsyncLocalStorage<SignInScope>

export function createScopes(): Scopes {
  return new AsyncLocalStorage<SignInScope>()
}

export function newScope(given: Pick<SignInScope, 'locale' | 'current'> & Partial<SignInScope>): SignInScope {
  return { proven: null, discord: null, asksLink: false, made: null, problem: null, failure: null, ...given }
}
