import { type Context, Hono } from 'hono'
import { type ClaimDaily, claimDaily } from '../../../core/economy/claim-daily.js'
import { hasOldClaims } from '../../../core/imports/read-reviews.js'
import { memberOf } from '../auth/guard.js'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { WebEnv } from '../http/client-address.js'
import { fragmentMark } from '../live/live-hub.js'
import { ownProfileModel } from '../own-models.js'
import { DAILY_NOTES, type DailyNote } from '../views/own-daily.js'
import { OwnProfilePage, ownFragments } from '../views/own-profile.js'
import { withQuery } from '../views/urls.js'

export const OWN_PATH = '/profile'
const OWN_LIVE_PATH = '/live/profile'

/** `/profile` and its daily button. */
export function ownProfileRoutes({ forms, tools }: SignInKit): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  const { deps } = tools

  app.get(OWN_PATH, async (c) => {
    const member = memberOf(c, OWN_PATH)
    if (member instanceof Response) return member
    const model = await ownProfileModel(deps, member.accountId)
    if (!model) return tools.fail(c, { kind: 'member_not_found' })
    const token = forms.token(c)
    const { ui, frame } = tools.frame(c, { path: OWN_PATH, sheets: ['profile'] })
    const marks = Object.values(ownFragments({ ui, model, token })).map(fragmentMark)
    const live = { ...frame, liveUrl: liveHref(marks, deps.now()) }
    const oldClaims = await hasOldClaims(deps.db.kysely, member.accountId)
    const note = DAILY_NOTES.find((word) => word === c.req.query('daily')) ?? null
    return tools.page(
      c,
      <OwnProfilePage ui={ui} frame={live} model={model} token={token} note={note} oldClaims={oldClaims} />,
      200,
      'no-store',
    )
  })

  app.post(`${OWN_PATH}/daily`, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const member = memberOf(c, OWN_PATH)
    if (member instanceof Response) return member
    const claim = await claimDaily(
      deps.db,
      deps.writer,
      { platform: 'website', accountId: member.accountId },
      { rules: deps.rules(), now: deps.now() },
    )
    return c.redirect(withQuery(OWN_PATH, { daily: noteOf(claim) }), 303)
  })

  return app
}

function noteOf(claim: ClaimDaily): DailyNote {
  if (claim.status === 'unknown_account') return 'closed'
  if (claim.status === 'already_claimed') return 'already'
  // A rehearsal and a restriction record it without pay.
  return claim.xp === 0 && claim.coins === 0 ? 'recorded' : 'claimed'
}

/** The stream of a page that shows fragments with these marks as of a moment. */
function liveHref(marks: readonly string[], now: Date): string {
  return withQuery(OWN_LIVE_PATH, { at: String(now.getTime()), drawn: marks.join('.') })
}

const MARKS = /^[\w-]{8}(?:\.[\w-]{8}){0,15}$/
/** A page that connects later may have been changed by its stream meanwhile: it is sent everything. */
const DRAWN_MS = 60_000

/** The marks of what a connecting page shows, as long as that is surely still so. */
export function drawnMarks(c: Context, now: Date): ReadonlySet<string> {
  const age = now.getTime() - Number(c.req.query('at'))
  const marks = c.req.query('drawn') ?? ''
  return age >= 0 && age <= DRAWN_MS && MARKS.test(marks) ? new Set(marks.split('.')) : new Set()
}
