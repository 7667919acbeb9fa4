import type { Visitor } from '../../../core/website/sessions.js'
import type { LinkBrowser } from '../../../core/website/sign-in-link.js'
import type { Locale } from '../../../i18n/translate.js'

/** Letters of a password. */
export const PASSWORD_MIN = 8
export const PASSWORD_MAX = 128

/** Whose request it is, for limits. Written by the site over whatever came in. */
export const ADDRESS_HEADER = 'x-ttfd-ip'

/** Why somebody is not signed in. `auth:problem.<word>` says what happened and what to do; the words are all there are. */
export const SIGN_IN_PROBLEMS = [
  'denied',
  'start_again',
  'discord_code',
  'discord_setup',
  'discord_silent',
  'discord_failing',
  'discord_busy',
  'discord_off',
  'other_account',
  'too_many',
  'wait',
  'wrong_password',
  'unproven',
  'closed',
  'bad_email',
  'bad_name',
  'reserved_email',
  'weak_password',
  'long_password',
  'not_signed_up',
  'link_over',
  'admin_link',
  'no_address',
  'same_email',
  'email_too_soon',
  'stale_form',
  'busy',
  'internal',
] as const
export type SignInProblem = (typeof SIGN_IN_PROBLEMS)[number]

/** `cookies` are ready Set-Cookie values that the answer must carry, whatever the ending. */
type WithCookies = { cookies: readonly string[] }
export type Refused = WithCookies & {
  status: 'refused'
  problem: SignInProblem
  seconds?: number
  /** It was to link a login, not to sign in. */
  linking?: boolean
}
export type SignedIn = WithCookies & {
  status: 'signed_in'
  /** Null: a login that nothing has proven yet. */
  accountId: number | null
}

export type FinishedDiscord =
  | (SignedIn & { next: string | null })
  /** Nothing is linked yet: the question stands on `/link/confirm`. */
  | (WithCookies & { status: 'asks_link' })
  | Refused

/** What a browser sent, cut down to what signing in may see; `x-ttfd-ip` is written by the site itself. */
export type BrowserRequest = { headers: Headers; locale: Locale; visitor: Visitor | null }

/** Everything about signing in that the website asks of the program. Built in `app/`, where the login library lives. */
export type WebAuth = {
  ways(): { discord: boolean; mail: boolean; registration: 'mail' | 'open' | 'closed' }
  /** Who the browser's session stands for. Null: nobody (any more); then the cookies clear what it holds. */
  visitor(request: Omit<BrowserRequest, 'visitor'>): Promise<WithCookies & { visitor: Visitor | null }>
  /** `next` is a path of this site that was checked. */
  startDiscord(
    request: BrowserRequest,
    next: string | null,
  ): Promise<(WithCookies & { status: 'go'; url: string }) | Refused>
  /** Goes to Discord to link what the visitor is there; his session must be fresh. */
  startDiscordLink(request: BrowserRequest): Promise<(WithCookies & { status: 'go'; url: string }) | Refused>
  finishDiscord(request: BrowserRequest, query: URLSearchParams): Promise<FinishedDiscord>
  /** `known`: this browser has shown before that it knows the password, so that strangers' tries do not hold it up. */
  signInByEmail(
    request: BrowserRequest,
    input: { email: string; password: string; known: string | null },
  ): Promise<SignedIn | Refused>
  register(
    request: BrowserRequest,
    input: { name: string; email: string; password: string },
  ): Promise<SignedIn | { status: 'letter_sent' } | Refused>
  /** Proves an address: the letter's token together with the password that was chosen with it. */
  verifyEmail(
    request: BrowserRequest,
    input: { token: string; password: string },
  ): Promise<SignedIn | Refused>
  requestReset(request: BrowserRequest, email: string): Promise<{ status: 'letter_sent' } | Refused>
  resetPassword(
    request: BrowserRequest,
    input: { token: string; password: string },
  ): Promise<{ status: 'password_set' } | Refused>
  /** Uses an approved link from the Telegram bot up; `not_yet` while its question is open. */
  enterByTelegram(
    request: BrowserRequest,
    token: string,
    browser: LinkBrowser,
  ): Promise<SignedIn | { status: 'not_yet' } | Refused>
  enterByOperator(request: BrowserRequest, token: string, browser: LinkBrowser): Promise<SignedIn | Refused>
  /**
   * Sets a new password of the visitor's account. `current` is its password now; null where it has none. His other
   * sessions end and all of his identities are told.
   */
  changePassword(
    request: BrowserRequest,
    input: { current: string | null; password: string },
  ): Promise<{ status: 'password_set' } | Refused>
  /** Sends a letter that proves a new address of the visitor's account. The answer is the same whoever has it. */
  askEmailChange(request: BrowserRequest, email: string): Promise<{ status: 'letter_sent' } | Refused>
  /** The address that a letter's token would prove for the visitor; null when it is over. Uses nothing up. */
  seeEmailChange(request: BrowserRequest, token: string): Promise<string | null>
  confirmEmailChange(
    request: BrowserRequest,
    token: string,
  ): Promise<{ status: 'email_changed'; email: string } | Refused>
  /** Counts one request of an address against SIGNIN_PER_MINUTE; false when there were too many. */
  admits(request: Pick<BrowserRequest, 'headers'>, what: 'link_page'): Promise<boolean>
  signOut(request: BrowserRequest): Promise<WithCookies>
  /** ADMIN_ACCOUNTS, as `telegram:1`. */
  admins: ReadonlySet<string>
  /** Key under which sign-in links are kept. */
  linkKey: string
  /** A value that only this program can make for `about`: for form tokens and cookies of our own. */
  seal(about: string): string
}
