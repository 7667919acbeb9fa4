import { randomInt } from 'node:crypto'
import { Hono } from 'hono'
import { actingIdentity } from '../../../core/website/acting-identity.js'
import { memberOf } from '../auth/guard.js'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { WebDeps } from '../deps.js'
import type { WebEnv } from '../http/client-address.js'
import { linkRequestRoutes } from './link.js'
import { linkCodeRoutes } from './link-code.js'
import { linkDeepRoutes } from './link-deep.js'
import { linkDiscordRoutes } from './link-discord.js'
import { LINK_PATH, type LinkKit } from './link-kit.js'
import { linkPartRoutes } from './link-part.js'
import { linkQuestionRoutes } from './link-question.js'

/** `/link` and everything below it: what is linked, adding, answering, undoing, parting (safety.md section 2). */
export function linkingRoutes(kit: SignInKit, linking: NonNullable<WebDeps['linking']>): Hono<WebEnv> {
  const { deps } = kit.tools
  const links: LinkKit = {
    kit,
    linking,
    context: () => ({
      now: deps.now(),
      rules: deps.rules(),
      newId: deps.newId,
      admins: linking.admins,
      key: linking.key,
      random: (n) => randomInt(n),
    }),
    async actor(c, path, need) {
      const member = memberOf(c, path, need)
      if (member instanceof Response) return member
      const who = await actingIdentity(deps.db.kysely, member)
      return who ? { member, who } : c.redirect(`${LINK_PATH}?note=no_identity`, 303)
    },
  }
  const app = new Hono<WebEnv>()
  for (const routes of [
    linkRequestRoutes,
    linkCodeRoutes,
    linkQuestionRoutes,
    linkDiscordRoutes,
    linkDeepRoutes,
    linkPartRoutes,
  ]) {
    app.route('/', routes(links))
  }
  return app
}
