import { randomInt } from 'node:crypto'
import { type Context, Hono } from 'hono'
import type { Identity } from '../../../core/accounts/identity.js'
import type { LinkContext } from '../../../core/linking/link-request.js'
import { actingIdentity } from '../../../core/website/acting-identity.js'
import { type Member, memberOf } from '../auth/guard.js'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { WebDeps } from '../deps.js'
import type { WebEnv } from '../http/client-address.js'
import { linkRequestRoutes } from './link.js'
import { linkCodeRoutes } from './link-code.js'
import { linkDiscordRoutes } from './link-discord.js'
import { linkPartRoutes } from './link-part.js'
import { linkQuestionRoutes } from './link-question.js'

type Reader = Context<WebEnv>

/** What every page about links needs beside the kit of signing in. */
export type LinkKit = {
  kit: SignInKit
  linking: NonNullable<WebDeps['linking']>
  /** What core needs to judge a link, as of now. */
  context(): LinkContext & { key: Buffer; random: (n: number) => number }
  /**
   * A member and the identity that he acts as: the one that made his session. Or the answer that leads elsewhere: to the
   * sign-in page, or to `/link`, which says that this session proves nobody.
   */
  actor(c: Reader, path: string, need?: { fresh?: boolean }): Promise<Actor | Response>
}
export type Actor = { member: Member; who: Identity }

export const LINK_PATH = '/link'
export const LINK_SHEETS = ['settings', 'link']

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
    linkPartRoutes,
  ]) {
    app.route('/', routes(links))
  }
  return app
}
