import { betterAuth } from 'better-auth'
import { genericOAuth } from 'better-auth/plugins/generic-oauth'
import type { EnsureContext } from '../../core/accounts/ensure-account.js'
import { displaceSquatter, settleEmailLogin, tellPasswordSet } from '../../core/website/email-login.js'
import { isReservedEmail } from '../../core/website/placeholder-email.js'
import { packMaker } from '../../core/website/session-maker.js'
import { dropSession, endAccountSessions } from '../../core/website/sessions.js'
import type { Database } from '../../db/connect.js'
import { ADDRESS_HEADER, PASSWORD_MAX, PASSWORD_MIN } from '../../platforms/web/auth/web-auth.js'
import { DISCORD_REFUSAL, type DiscordApplication, discordProvider } from './discord-provider.js'
import type { Letters } from './letters.js'
import { openSession } from './open-session.js'
import { type Passwords, TooBusyError } from './passwords.js'
import type { Scopes } from './sign-in-scope.js'
import { tables } from './tables.js'
import { mayReplace, whoSignsIn } from './who-signs-in.js'

export type AuthDeps = {
  db: Database
  scopes: Scopes
  passwords: Passwords
  /** Null: no mail can be sent. */
  letters: Letters | null
  discord: DiscordApplication | null
  context: () => EnsureContext
  log: {
    info(facts: object, message: string): void
    warn(facts: object, message: string): void
  }
  settings: {
    publicUrl: string
    secret: string
    /** Tries per address and minute; 0: no limit. */
    signinPerMinute: number
    registrationOpen: boolean
    discordTimeoutMs: number
  }
}

const DAY_SECONDS = 86_400

/** The library that keeps logins and sessions, on our database and by our rules. */
export type Auth = ReturnType<typeof createAuth>

/** Builds the login library. Opens nothing and asks nobody anything until a request comes. */
export function createAuth(deps: AuthDeps) {
  const { db, scopes, passwords, letters, discord, context, log, settings } = deps
  const limit = { window: 60, max: settings.signinPerMinute }
  return betterAuth({
    appName: 'TTFD',
    baseURL: settings.publicUrl,
    basePath: '/auth',
    secret: settings.secret,
    telemetry: { enabled: false },
    database: {
      db: db.kysely,
      type: 'postgres',
      schemaName: 'ttfd',
      // A hash is made inside of the transaction, and the embedded database has one connection for everybody.
      // What a crash leaves there is swept (src/core/website/sweep-website.ts).
      transaction: db.kind === 'postgres',
    },
    session: tables.session,
    verification: tables.verification,
    emailAndPassword: {
      enabled: true,
      disableSignUp: !settings.registrationOpen,
      // A sign-up never tells whether the address is known, so it never signs in by itself either.
      autoSignIn: false,
      requireEmailVerification: letters !== null,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: PASSWORD_MAX,
      password: noting(passwords, scopes),
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: 3600,
      ...(letters
        ? {
            sendResetPassword: async ({ user, token }) => {
              if (!isReservedEmail(user.email)) letters.reset(localeOf(scopes), user.email, token)
            },
            onExistingUserSignUp: async ({ user }) => letters.alreadyHere(localeOf(scopes), user.email),
          }
        : {}),
      onPasswordReset: async ({ user }) => {
        if (!user.emailVerified) {
          await db.transaction((tx) => displaceSquatter(tx, user.id, { keepPassword: true }))
        }
        const accountId = await settleEmailLogin(db, { ...user, emailVerified: true }, context())
        if (accountId === null) return
        await endAccountSessions(db, accountId)
        await tellPasswordSet(db, accountId, context().newId)
      },
    },
    ...(letters
      ? {
          emailVerification: {
            sendOnSignUp: true,
            sendOnSignIn: false,
            expiresIn: DAY_SECONDS,
            sendVerificationEmail: async ({ user, token }) =>
              letters.verify(localeOf(scopes), user.email, token),
          },
        }
      : {}),
    account: {
      ...tables.account,
      accountLinking: {
        enabled: true,
        disableImplicitLinking: true,
        allowDifferentEmails: true,
        trustedProviders: ['discord'],
      },
      updateAccountOnSignIn: false,
    },
    user: {
      ...tables.user,
      validateUserInfo: ({ user, source }) => {
        // Two accounts become one only after both sides have seen each other and said yes.
        if (source.action === 'link-account') {
          // The library comes here only when the session that went to Discord lives in this browser.
          const scope = scopes.getStore()
          if (scope) scope.asksLink = scope.current?.userId === user.id
          return { error: 'confirm_link' }
        }
        // A platform's login is made before the library looks for it; what it would make itself has no account.
        if (source.action === 'create-user' && source.method === 'oauth') return { error: 'no_login' }
        if (source.action === 'create-user' && isReservedEmail(user.email ?? ''))
          return { error: 'reserved_email' }
        return undefined
      },
    },
    databaseHooks: {
      account: {
        create: { before: async (login) => ({ data: { ...login, ...NO_TOKENS } }) },
        update: { before: async (login) => ({ data: { ...login, ...NO_TOKENS } }) },
      },
      session: {
        create: {
          before: async (session) => {
            const scope = scopes.getStore()
            if (!scope) return false
            const opened = await whoSignsIn(deps, scope, session.userId).catch((error: unknown) => {
              scope.failure = error
              return null
            })
            if (!opened) return false
            if (!mayReplace(scope, session.userId, opened.accountId)) {
              scope.problem = 'other_account'
              return false
            }
            scope.made = { accountId: opened.accountId }
            // Nobody needs to know from which address somebody signed in.
            return { data: { ...session, ipAddress: null, madeBy: packMaker(opened.maker) } }
          },
          after: async () => {
            const before = scopes.getStore()?.current
            if (before) await dropSession(db, before.sessionId)
          },
        },
      },
    },
    rateLimit: {
      ...tables.rateLimit,
      enabled: settings.signinPerMinute > 0,
      storage: 'database',
      ...limit,
      customRules: {
        '/sign-in/*': limit,
        '/sign-up/*': limit,
        '/callback/*': limit,
        '/request-password-reset': limit,
        '/reset-password': limit,
        '/verify-email': limit,
        '/send-verification-email': limit,
      },
    },
    advanced: {
      cookiePrefix: 'ttfd',
      useSecureCookies: settings.publicUrl.startsWith('https:'),
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      // Both are off by default where NODE_ENV is `test`, and a test of an attack would prove nothing.
      disableOriginCheck: false,
      disableCSRFCheck: false,
    },
    // Where an error goes whose sign-in is not known. Only read by us, never followed (src/app/auth/web-auth.ts).
    onAPIError: { errorURL: `${settings.publicUrl}/login` },
    // No level here: with one, the library prints refusals to the console past our logger.
    logger: {
      log: (level, message, ...more) => {
        const err = more.find((one) => one instanceof Error)
        // A refusal carries what a stranger has sent: its code alone is worth a line.
        if (level === 'error' && err && !REFUSALS.has(err.name)) log.warn({ err }, `sign-in: ${message}`)
        else log.info({ level, refusal: err?.name }, `sign-in: ${message}`)
      },
    },
    plugins: [
      openSession(),
      ...(discord
        ? [
            genericOAuth({
              config: [
                discordProvider(discord, {
                  db,
                  scopes,
                  context,
                  warn: (message) => log.warn({}, message),
                  timeoutMs: settings.discordTimeoutMs,
                }),
              ],
            }),
          ]
        : []),
    ],
  })
}

/** Errors that say no more than that somebody was refused. */
const REFUSALS: ReadonlySet<string> = new Set(['BetterAuthError', 'APIError', DISCORD_REFUSAL])

const NO_TOKENS = { accessToken: null, refreshToken: null, idToken: null }

function localeOf(scopes: Scopes) {
  return scopes.getStore()?.locale ?? 'ru'
}

/** Says why when a password was not even looked at: the library has one word for every fault. */
function noting({ hash, verify }: Passwords, scopes: Scopes): Passwords {
  const note = (error: unknown): never => {
    const scope = scopes.getStore()
    if (scope && error instanceof TooBusyError) scope.problem = 'busy'
    throw error
  }
  return { hash: (password) => hash(password).catch(note), verify: (given) => verify(given).catch(note) }
}
