import { Hono } from 'hono'
import { PLATFORMS } from '../../../core/accounts/identity.js'
import { unlinkRefusalPhrase } from '../../../core/linking/link-phrases.js'
import { askPutBack, putBack } from '../../../core/linking/put-back.js'
import { putBackRefusalPhrase } from '../../../core/linking/put-back-phrases.js'
import { askUnlink, unlinkIdentity } from '../../../core/linking/unlink-identity.js'
import { previewUndo, undoMerge } from '../../../core/merging/undo-merge.js'
import { undoEndPhrase } from '../../../core/merging/undo-phrases.js'
import type { WebEnv } from '../http/client-address.js'
import { PutBackPage, SorryPage, UndoPage, UnlinkPage } from '../views/link-part.js'
import { phraseText } from '../views/phrase.js'
import { LINK_PATH, LINK_SHEETS, type LinkKit } from './link-kit.js'

const UNLINK = `${LINK_PATH}/unlink/:platform{telegram|discord|website}`
const UNDO = `${LINK_PATH}/undo/:merge{[1-9][0-9]{0,14}}`
const RESTORE = `${LINK_PATH}/restore/:id{[0-9a-f-]{36}}`
const fresh = { fresh: true }

/** Parting again: unlinking (safety.md flow 2.5), putting back, undoing a merge (2.4). Each asks before it acts. */
export function linkPartRoutes({ kit, context, actor }: LinkKit): Hono<WebEnv> {
  const { forms, tools } = kit
  const { db } = tools.deps
  const app = new Hono<WebEnv>()

  app.get(UNLINK, async (c) => {
    const acting = await actor(c, c.req.path, fresh)
    if (acting instanceof Response) return acting
    const platform = PLATFORMS.find((one) => one === c.req.param('platform')) ?? 'website'
    const asked = await askUnlink(db.kysely, { actor: acting.who, platform }, context())
    const { ui, frame } = tools.frame(c, { path: c.req.path, sheets: LINK_SHEETS })
    if (asked.status !== 'allowed') {
      const text = phraseText(ui, unlinkRefusalPhrase(platform, asked))
      return tools.page(c, <SorryPage ui={ui} frame={frame} text={text} />, 409, 'no-store')
    }
    const model = { platform, left: asked.left, token: forms.token(c) }
    return tools.page(c, <UnlinkPage ui={ui} frame={frame} model={model} />, 200, 'no-store')
  })

  app.post(UNLINK, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const acting = await actor(c, c.req.path, fresh)
    if (acting instanceof Response) return acting
    const { who, member } = acting
    const platform = PLATFORMS.find((one) => one === c.req.param('platform')) ?? 'website'
    const asked = { actor: who, platform, sessionId: member.sessionId }
    const result = await unlinkIdentity(db, asked, context())
    // Why not is said where it was asked.
    if (result.status !== 'unlinked') return c.redirect(c.req.path, 303)
    // A session that rested on what left has ended with it.
    return c.redirect(who.platform === platform ? '/login?good=unlinked' : `${LINK_PATH}?note=unlinked`, 303)
  })

  app.get(UNDO, async (c) => {
    const acting = await actor(c, c.req.path, fresh)
    if (acting instanceof Response) return acting
    const merge = Number(c.req.param('merge'))
    const by = { identity: acting.who }
    const asked = await previewUndo(db.kysely, { merge, by }, context())
    const { ui, frame } = tools.frame(c, { path: c.req.path, sheets: LINK_SHEETS })
    if (asked.status !== 'allowed') {
      const text = phraseText(ui, undoEndPhrase(asked, acting.who.platform))
      const status = asked.status === 'not_yours' ? 404 : 409
      return tools.page(c, <SorryPage ui={ui} frame={frame} text={text} />, status, 'no-store')
    }
    const model = { asked, platform: acting.who.platform, token: forms.token(c) }
    return tools.page(c, <UndoPage ui={ui} frame={frame} model={model} />, 200, 'no-store')
  })

  app.post(UNDO, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const acting = await actor(c, c.req.path, fresh)
    if (acting instanceof Response) return acting
    const order = { merge: Number(c.req.param('merge')), by: { identity: acting.who } }
    const result = await undoMerge(db, order, context())
    // The sessions of both sides have ended, this one too.
    return c.redirect(result.status === 'undone' ? '/login?good=merge_undone' : c.req.path, 303)
  })

  app.get(RESTORE, async (c) => {
    const acting = await actor(c, c.req.path, fresh)
    if (acting instanceof Response) return acting
    const asked = await askPutBack(db.kysely, { unlink: c.req.param('id'), who: acting.who }, context())
    const { ui, frame } = tools.frame(c, { path: c.req.path, sheets: LINK_SHEETS })
    if (asked.status !== 'allowed') {
      const text = phraseText(ui, putBackRefusalPhrase(asked))
      const status = asked.status === 'not_yours' ? 404 : 409
      return tools.page(c, <SorryPage ui={ui} frame={frame} text={text} />, status, 'no-store')
    }
    const model = { asked, token: forms.token(c) }
    return tools.page(c, <PutBackPage ui={ui} frame={frame} model={model} />, 200, 'no-store')
  })

  app.post(RESTORE, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const acting = await actor(c, c.req.path, fresh)
    if (acting instanceof Response) return acting
    const asked = { unlink: c.req.param('id'), who: acting.who }
    const result = await putBack(db, asked, context())
    return c.redirect(result.status === 'put_back' ? `${LINK_PATH}?note=put_back` : c.req.path, 303)
  })

  return app
}
