import type { Context } from 'hono'
import type { Identity } from '../../../core/accounts/identity.js'
import type { LinkContext } from '../../../core/linking/link-request.js'
import type { Member } from '../auth/guard.js'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { WebDeps } from '../deps.js'
import type { WebEnv } from '../http/client-address.js'

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
