import type { BetterAuthPlugin } from 'better-auth'
import { createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { z } from 'zod'

/** Gives a session to a user whom a link has proven. Callable by the program only: no address leads to it. */
export function openSession() {
  return {
    id: 'ttfd-open-session',
    endpoints: {
      openSession: createAuthEndpoint.serverOnly(
        { method: 'POST', requireHeaders: true, body: z.object({ userId: z.string() }) },
        async (ctx) => {
          const { internalAdapter } = ctx.context
          const user = await internalAdapter.findUserById(ctx.body.userId)
          const session = user ? await internalAdapter.createSession(user.id) : null
          if (!user || !session) return ctx.json({ opened: false })
          await setSessionCookie(ctx, { session, user })
          return ctx.json({ opened: true })
        },
      ),
    },
  } satisfies BetterAuthPlugin
}
