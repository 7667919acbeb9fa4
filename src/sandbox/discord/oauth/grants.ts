import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Settings } from '../options.js'

const ACCESS_SECONDS = 7 * 24 * 3_600

export interface CodeGrant {
  readonly userId: string
  readonly scopes: readonly string[]
  readonly redirectUri: string
  readonly challenge: string | null
  readonly expiresAt: number
}

export interface TokenGrant {
  readonly userId: string
  readonly scopes: readonly string[]
  readonly expiresAt: number
}

export interface TokenAnswer {
  readonly token_type: 'Bearer'
  readonly access_token: string
  readonly expires_in: number
  readonly refresh_token: string
  readonly scope: string
}

/** Why a token request is refused, in OAuth's words. */
export type GrantProblem = 'invalid_client' | 'invalid_grant' | 'invalid_request' | 'unsupported_grant_type'

const fresh = (): string => randomBytes(24).toString('base64url')

function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

/** Codes and tokens of the application: one-use codes bound to redirect and PKCE challenge, refresh tokens that rotate. */
export class Grants {
  readonly #settings: Settings
  readonly #codes = new Map<string, CodeGrant>()
  readonly #access = new Map<string, TokenGrant & { readonly refresh: string }>()
  readonly #refresh = new Map<string, TokenGrant & { readonly access: string }>()

  constructor(settings: Settings) {
    this.#settings = settings
  }

  issueCode(grant: Omit<CodeGrant, 'expiresAt'>): string {
    const code = fresh()
    this.#codes.set(code, { ...grant, expiresAt: this.#settings.now() + this.#settings.oauthCodeMs })
    return code
  }

  /** Checks the client's id and secret, from the Basic header or the form. */
  knowsClient(id: string | null, secret: string | null): boolean {
    return id === this.#settings.clientId && secret !== null && same(secret, this.#settings.clientSecret)
  }

  /** Trades a code for tokens. Whatever the outcome, the code is spent. */
  redeem(
    code: string | null,
    redirectUri: string | null,
    verifier: string | null,
  ): TokenAnswer | GrantProblem {
    const grant = this.#codes.get(code ?? '')
    this.#codes.delete(code ?? '')
    if (!grant || this.#settings.now() > grant.expiresAt) return 'invalid_grant'
    if (grant.redirectUri !== redirectUri) return 'invalid_grant'
    if (grant.challenge !== null) {
      const made = createHash('sha256')
        .update(verifier ?? '')
        .digest('base64url')
      if (!verifier || !same(made, grant.challenge)) return 'invalid_grant'
    }
    return this.#issue(grant.userId, grant.scopes)
  }

  /** Trades a refresh token for new tokens; the old pair is void from then on. */
  refresh(token: string | null): TokenAnswer | GrantProblem {
    const grant = this.#refresh.get(token ?? '')
    if (!grant) return 'invalid_grant'
    this.revoke(token ?? '')
    return this.#issue(grant.userId, grant.scopes)
  }

  /** Ends a token of either kind together with its twin. */
  revoke(token: string): void {
    const refresh = this.#access.get(token)?.refresh ?? token
    const access = this.#refresh.get(refresh)?.access ?? token
    this.#refresh.delete(refresh)
    this.#access.delete(access)
  }

  /** Whose access token this is, or null when it is unknown or over. */
  bearer(token: string): TokenGrant | null {
    const grant = this.#access.get(token)
    return grant && this.#settings.now() < grant.expiresAt ? grant : null
  }

  #issue(userId: string, scopes: readonly string[]): TokenAnswer {
    const access = fresh()
    const refresh = fresh()
    const grant = { userId, scopes, expiresAt: this.#settings.now() + ACCESS_SECONDS * 1_000 }
    this.#access.set(access, { ...grant, refresh })
    this.#refresh.set(refresh, { ...grant, access })
    return {
      token_type: 'Bearer',
      access_token: access,
      expires_in: ACCESS_SECONDS,
      refresh_token: refresh,
      scope: scopes.join(' '),
    }
  }
}
