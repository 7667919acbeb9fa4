import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import { readVisitor, type Visitor } from '../../../core/website/sessions.js'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { ClientAddress, WebEnv } from '../http/client-address.js'
import { preferences } from '../http/preferences.js'
import type { LiveHub } from '../live/live-hub.js'
import { type OwnStreams, ownKey } from '../live/own-streams.js'
import { ownProfileModel } from '../own-models.js'
import { ownFragments } from '../views/own-profile.js'
import { drawnMarks } from './own-profile.js'

const PAUSE_MS = 300

/**
 * The stream behind `/profile`. It shows the data of the session's own account and nobody else's, asks before each
 * drawing whether the session still stands for that account, and ends when it does not.
 */
export function ownLiveRoutes(
  { forms, tools, visitors }: SignInKit,
  { hub, streams, address }: { hub: LiveHub; streams: OwnStreams; address: ClientAddress },
): Hono<WebEnv> {
  const { deps } = tools
  const app = new Hono<WebEnv>()
  app.use('/profile', visitors)

  app.get('/profile', (c) => {
    const visitor = c.get('visitor')
    if (!visitor || visitor.accountId === null || isShut(visitor)) return c.text('signed out', 401)
    const { sessionId, accountId } = visitor
    const client = address.of(c)
    if (!hub.admits(client)) return tools.fail(c, { kind: 'too_many_requests' })
    const token = forms.token(c)
    const response = c.env.outgoing
    hub.open(
      {
        key: ownKey(sessionId),
        pauseMs: PAUSE_MS,
        concerns: accountId,
        render: async (locale) => {
          const now = await readVisitor(deps.db.kysely, sessionId, deps.now())
          if (now?.accountId !== accountId || isShut(now)) return null
          const model = await ownProfileModel(deps, accountId)
          return model && ownFragments({ ui: tools.words(locale), model, token })
        },
      },
      response,
      client,
      preferences(c, false).locale,
      drawnMarks(c, deps.now()),
    )
    streams.add(sessionId, response)
    return RESPONSE_ALREADY_SENT
  })

  return app
}

/** To whom the page itself is not open either: banned, or being deleted. */
function isShut({ banned, closing }: Visitor): boolean {
  return banned || closing !== null
}
