import { getOAuthState } from 'better-auth/api'
import type { GenericOAuthConfig } from 'better-auth/plugins/generic-oauth'
import { z } from 'zod'
import type { EnsureContext } from '../../core/accounts/ensure-account.js'
import { type DiscordProfile, openDiscordLogin } from '../../core/website/discord-sign-in.js'
import { placeholderEmail } from '../../core/website/placeholder-email.js'
import type { Database } from '../../db/connect.js'
import { LOCALES } from '../../i18n/translate.js'
import type { SignInProblem } from '../../platforms/web/auth/web-auth.js'
import type { Scopes } from './sign-in-scope.js'

export type DiscordApplication = {
  clientId: string
  clientSecret: string
  /** Root of REST and OAuth, without a slash at its end: `https://discord.com/api`. */
  apiBase: string
  /** Must be registered at Discord letter by letter. */
  redirectUri: string
}

export type DiscordProviderDeps = {
  db: Database
  scopes: Scopes
  context: () => EnsureContext
  /** Tells the operator what only he can mend. */
  warn: (message: string) => void
  timeoutMs: number
}

const TOKEN = z.object({ access_token: z.string().min(1), scope: z.string().optional() })
const PROFILE = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  username: z.string(),
  global_name: z.string().nullish(),
  locale: z.string().nullish(),
  email: z.email().nullish().catch(null),
  verified: z.boolean().nullish(),
})

/** The name of the error for an answer of Discord's that is none. */
export const DISCORD_REFUSAL = 'DiscordRefusal'

class DiscordRefusal extends Error {
  override name = DISCORD_REFUSAL
  constructor(readonly problem: SignInProblem) {
    super(problem)
  }
}

/**
 * Discord as an OAuth provider: state and PKCE by the library, both calls to Discord by us, because the library's own
 * wait for ever when Discord is silent. The sign-in's account and login exist before the library looks for them.
 */
export function discordProvider(
  application: DiscordApplication,
  { db, scopes, context, warn, timeoutMs }: DiscordProviderDeps,
): GenericOAuthConfig {
  const { clientId, clientSecret, apiBase, redirectUri } = application

  async function ask<T>(path: string, init: RequestInit, answer: z.ZodType<T>): Promise<T> {
    let response: Response
    let body: unknown
    try {
      // The redirect and body limits of a peer that may be anybody: an answer is small and comes from where we asked.
      response = await fetch(apiBase + path, {
        ...init,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      })
      body = await response.json().catch(() => null)
    } catch {
      throw new DiscordRefusal('discord_silent')
    }
    if (response.status === 429) throw new DiscordRefusal('discord_busy')
    if (response.status >= 500) throw new DiscordRefusal('discord_failing')
    const { error } = (body ?? {}) as { error?: unknown }
    if (error === 'invalid_client' || error === 'unauthorized_client') {
      warn(
        'Discord does not accept DISCORD_CLIENT_ID with DISCORD_CLIENT_SECRET; see the application page at Discord',
      )
      throw new DiscordRefusal('discord_setup')
    }
    if (!response.ok) throw new DiscordRefusal('discord_code')
    const read = answer.safeParse(body)
    if (!read.success) throw new DiscordRefusal('discord_failing')
    return read.data
  }

  /** Notes why Discord's part failed, since the library has one word for everything. */
  async function noted<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const scope = scopes.getStore()
      if (scope && error instanceof DiscordRefusal) scope.problem = error.problem
      throw error
    }
  }

  return {
    providerId: 'discord',
    clientId,
    clientSecret,
    authorizationUrl: `${apiBase}/oauth2/authorize`,
    tokenUrl: `${apiBase}/oauth2/token`,
    redirectURI: redirectUri,
    scopes: ['identify', 'email'],
    pkce: true,
    getToken: ({ code, codeVerifier }) =>
      noted(async () => {
        const form = new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirectUri,
          client_id: clientId,
          client_secret: clientSecret,
          code_verifier: codeVerifier ?? '',
        })
        const token = await ask('/oauth2/token', { method: 'POST', body: form }, TOKEN)
        return { accessToken: token.access_token, scopes: token.scope?.split(' ') ?? [] }
      }),
    getUserInfo: (tokens) =>
      noted(async () => {
        const headers = { authorization: `Bearer ${tokens.accessToken}` }
        const raw = await ask('/users/@me', { headers }, PROFILE).catch((error) => {
          // The library lets an error here through as a fault of ours.
          const scope = scopes.getStore()
          if (scope && error instanceof DiscordRefusal) scope.problem = error.problem
          return null
        })
        if (!raw) return null
        const profile: DiscordProfile = {
          id: raw.id,
          username: raw.username,
          globalName: raw.global_name ?? null,
          locale: LOCALES.find((locale) => raw.locale?.startsWith(locale)) ?? null,
          verifiedEmail: raw.verified === true ? (raw.email ?? null) : null,
        }
        const scope = scopes.getStore()
        // A link of two accounts asks first; only a sign-in opens anything here.
        const isLink = Boolean((await getOAuthState())?.link)
        if (scope && isLink) scope.discord = profile
        if (scope && !isLink) {
          try {
            const opened = await openDiscordLogin(db, profile, context())
            scope.proven = { ...opened, maker: { by: 'discord', id: raw.id } }
          } catch (error) {
            scope.failure = error
            return null
          }
        }
        return { id: raw.id, name: raw.global_name ?? raw.username, emailVerified: false }
      }),
    mapProfileToUser: (profile) => ({
      name: String(profile.name),
      email: placeholderEmail('discord', String(profile.id)),
      emailVerified: false,
    }),
  }
}
