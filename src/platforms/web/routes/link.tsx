import { Hono } from 'hono'
import { hasOldClaims } from '../../../core/imports/read-reviews.js'
import { readLinkNews } from '../../../core/linking/link-news.js'
import { linkStatus } from '../../../core/linking/link-status.js'
import { readLinkRequest } from '../../../core/linking/read-link-request.js'
import { listPutBacks } from '../../../core/linking/unlinks.js'
import { listUndoable } from '../../../core/merging/merge-row.js'
import { readLinkedPlatforms } from '../../../core/profiles/linked-platforms.js'
import { readProfile } from '../../../core/profiles/read-profile.js'
import { actingIdentity } from '../../../core/website/acting-identity.js'
import { dropUnprovenLogin, listUnprovenLogins } from '../../../core/website/detach-website.js'
import { type Member, memberOf } from '../auth/guard.js'
import { SIGN_IN_PROBLEMS } from '../auth/web-auth.js'
import type { WebEnv } from '../http/client-address.js'
import { LINK_NOTES, LinkPage, type LinkPageModel, NobodyPage } from '../views/link.js'
import { LINK_PATH, LINK_SHEETS, type LinkKit } from './link-kit.js'

/** `/link`: what is linked, what can be added, what waits, what can be taken back. */
export function linkRequestRoutes(links: LinkKit): Hono<WebEnv> {
  const { kit } = links
  const { forms, tools, auth } = kit
  const { db, now } = tools.deps
  const app = new Hono<WebEnv>()

  const modelFor = async (member: Member): Promise<Omit<LinkPageModel, 'note' | 'problem' | 'token'>> => {
    const reader = db.kysely
    const who = await actingIdentity(reader, member)
    const at = now()
    const { accountId } = member
    const status = who ? await linkStatus(reader, who, at) : null
    const pending = []
    for (const one of status?.status === 'known' ? status.pending : []) {
      if (!who) continue
      const read = await readLinkRequest(reader, { request: one.request, who, ...links.context() })
      if (read.status === 'open') pending.push({ ...one, other: read.other.platform })
    }
    return {
      acting: who?.platform ?? null,
      identities: await readLinkedPlatforms(reader, accountId),
      unproven: status?.status === 'known' && status.unproven,
      logins: await listUnprovenLogins(reader, accountId),
      ways: auth.ways(),
      botUrl: tools.deps.settings.links().telegramUrl,
      pending,
      merges: await listUndoable(reader, accountId, at),
      putBacks: who ? await listPutBacks(reader, { who, accountId, now: at }) : [],
      frozen: (await readProfile(reader, accountId, tools.deps.rules(), at))?.frozen ?? null,
      news: await readLinkNews(reader, accountId, at),
      oldClaims: await hasOldClaims(reader, accountId),
    }
  }

  app.get(LINK_PATH, async (c) => {
    const visitor = c.get('visitor')
    const problem = SIGN_IN_PROBLEMS.find((word) => word === c.req.query('problem')) ?? null
    const note = LINK_NOTES.find((word) => word === c.req.query('note')) ?? null
    const { ui, frame } = tools.frame(c, { path: LINK_PATH, sheets: LINK_SHEETS })
    const token = forms.token(c)
    // A login that opens nothing yet finds its account by Discord alone.
    if (visitor && visitor.accountId === null) {
      const model = { problem, discord: auth.ways().discord, token }
      return tools.page(c, <NobodyPage ui={ui} frame={frame} model={model} />, 200, 'no-store')
    }
    const member = memberOf(c, LINK_PATH)
    if (member instanceof Response) return member
    const model = { ...(await modelFor(member)), note, problem, token }
    return tools.page(c, <LinkPage ui={ui} frame={frame} model={model} />, 200, 'no-store')
  })

  app.post(`${LINK_PATH}/drop`, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const member = memberOf(c, LINK_PATH, { fresh: true })
    if (member instanceof Response) return member
    await db.transaction((tx) => dropUnprovenLogin(tx, member.accountId, form.login ?? ''))
    return c.redirect(`${LINK_PATH}?note=dropped`, 303)
  })

  return app
}
