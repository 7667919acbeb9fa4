import { identityKey } from '../../core/accounts/identity.js'
import { sweepWebsite } from '../../core/website/sweep-website.js'
import { isUnavailable } from '../../db/unavailable.js'
import type { WebAuth } from '../../platforms/web/auth/web-auth.js'
import type { AppContext } from '../context.js'
import { createMailer } from '../mail/mailer.js'
import { readSmtpUrl, smtpSender } from '../mail/smtp.js'
import type { DiscordApplication } from './discord-provider.js'
import { createLetters } from './letters.js'
import { createPasswords } from './passwords.js'
import { createScopes } from './sign-in-scope.js'
import { createWebAuth } from './web-auth.js'

export type StartedAuth = { auth: WebAuth; stop(): Promise<void> }

const DISCORD_API = 'https://discord.com/api'
const DISCORD_TIMEOUT_MS = 10_000
const SWEEP_MS = 600_000

/** Builds signing in for the website, with its letters and the sweep behind it. */
export function startAuth(context: AppContext, siteUrl: () => string): StartedAuth {
  const { config, db, state, secrets, log, now, newId } = context
  const { smtpUrl, openRegistration } = config.mail
  const mailer = smtpUrl
    ? createMailer(smtpSender(readSmtpUrl(smtpUrl, config.http.publicUrl), now), {
        warn: (facts, message) => log.warn(facts, message),
      })
    : null
  const auth = createWebAuth({
    db,
    scopes: createScopes(),
    passwords: createPasswords(),
    letters: mailer && createLetters(mailer, siteUrl),
    discord: discordApplication(context, siteUrl),
    context: () => ({ now: now(), newId, timeZone: config.timeZone }),
    log,
    admins: new Set(config.admins.map(identityKey)),
    settings: () => ({
      publicUrl: siteUrl(),
      secret: secrets.sessionSecret,
      signinPerMinute: config.http.signinPerMinute,
      registrationOpen: mailer !== null || openRegistration,
      discordTimeoutMs: DISCORD_TIMEOUT_MS,
    }),
  })
  const sweep = async () => {
    if (!state.isUp) return
    try {
      await sweepWebsite(db, now())
    } catch (error) {
      if (!isUnavailable(error)) log.error({ err: error }, 'what sign-ins left behind could not be swept')
    }
  }
  const timer = setInterval(() => void sweep(), SWEEP_MS)
  return {
    auth,
    async stop() {
      clearInterval(timer)
      await mailer?.close()
    },
  }
}

/** The application at Discord, or the invented one; null when the operator has set none. */
function discordApplication(
  { config, sandbox }: AppContext,
  siteUrl: () => string,
): DiscordApplication | null {
  const { clientId, clientSecret, apiBase, redirectUri } = config.discord
  const own = config.http.publicUrl
  const common = {
    // Follows the site's address where that is known only once its port is open.
    get redirectUri() {
      return redirectUri.startsWith(`${own}/`) ? siteUrl() + redirectUri.slice(own.length) : redirectUri
    },
  }
  if (sandbox) {
    const { discord } = sandbox
    return Object.assign(common, {
      clientId: discord.clientId,
      clientSecret: discord.clientSecret,
      apiBase: discord.apiBase,
    })
  }
  if (!clientId || !clientSecret) return null
  return Object.assign(common, { clientId, clientSecret, apiBase: apiBase ?? DISCORD_API })
}
