import { type Context, Hono } from 'hono'
import { cleanName } from '../../../core/accounts/clean-name.js'
import { keepAccount } from '../../../core/deletion/keep-account.js'
import { askDeletion, type DeletionRefusal, startDeletion } from '../../../core/deletion/start-deletion.js'
import { exportAccount, exportFileName } from '../../../core/export/export-account.js'
import { tellExport } from '../../../core/export/tell-export.js'
import { rankFor } from '../../../core/progression/ranks.js'
import { DATA_PATH } from '../auth/closing-gate.js'
import { memberOf } from '../auth/guard.js'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { WebEnv } from '../http/client-address.js'
import { DataPage, DeleteAskPage, DeleteSurePage, GoodbyePage } from '../views/settings-data.js'
import type { Ui } from '../views/ui.js'

const DELETE_PATH = `${DATA_PATH}/delete`
const SHEETS = ['settings']

/** `/settings/data`: export, deletion in two questions, and keeping the account within its seven days. */
export function dataRoutes(kit: SignInKit): Hono<WebEnv> {
  const { auth, forms, tools } = kit
  const { deps } = tools
  const { db } = deps
  const app = new Hono<WebEnv>()
  type Reader = Context<WebEnv>
  const fresh = { fresh: true }
  const deletionContext = () => ({
    now: deps.now(),
    rules: deps.rules(),
    newId: deps.newId,
    admins: auth.admins,
  })

  app.get(DATA_PATH, (c) => {
    const member = memberOf(c, DATA_PATH)
    if (member instanceof Response) return member
    const { ui, frame } = tools.frame(c, { path: DATA_PATH, sheets: SHEETS })
    const model = {
      fresh: member.fresh,
      closing: member.closing,
      note: c.req.query('done') === 'kept' ? ('kept' as const) : null,
      token: forms.token(c),
    }
    return tools.page(c, <DataPage ui={ui} frame={frame} model={model} />, 200, 'no-store')
  })

  app.post(`${DATA_PATH}/export`, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const member = memberOf(c, DATA_PATH, fresh)
    if (member instanceof Response) return member
    const { accountId } = member
    await tellExport(db, { accountId, by: 'website' }, deps.newId)
    const pieces = exportAccount(db.kysely, accountId, { now: deps.now() })
    return c.body(streamOf(pieces), 200, {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="${exportFileName(accountId, deps.now())}"`,
      'cache-control': 'private, no-store',
    })
  })

  app.post(`${DATA_PATH}/keep`, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const member = memberOf(c, DATA_PATH)
    if (member instanceof Response) return member
    await keepAccount(db, { accountId: member.accountId, by: 'website' }, deps)
    return c.redirect(`${DATA_PATH}?done=kept`, 303)
  })

  const ask = async (c: Reader, accountId: number, wrong: boolean) => {
    const asked = await askDeletion(db.kysely, accountId, deletionContext())
    const { ui, frame } = tools.frame(c, { path: DATA_PATH, sheets: SHEETS })
    const props = {
      ui,
      frame,
      wrong,
      name: asked.status === 'allowed' ? asked.loss.displayName : '',
      refused: asked.status === 'allowed' ? null : refusalText(ui, asked),
      token: forms.token(c),
    }
    return tools.page(c, <DeleteAskPage {...props} />, 200, 'no-store')
  }

  app.get(DELETE_PATH, async (c) => {
    const member = memberOf(c, DELETE_PATH, fresh)
    if (member instanceof Response) return member
    return member.closing ? c.redirect(DATA_PATH, 303) : ask(c, member.accountId, false)
  })

  // The second question changes nothing yet: it shows what goes, for the name that was typed.
  app.post(DELETE_PATH, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const member = memberOf(c, DELETE_PATH, fresh)
    if (member instanceof Response) return member
    const asked = await askDeletion(db.kysely, member.accountId, deletionContext())
    if (asked.status !== 'allowed') return ask(c, member.accountId, false)
    const { name: typed = '' } = form
    const { loss } = asked
    if (!isName(typed, loss.displayName)) return ask(c, member.accountId, true)
    const { ui, frame } = tools.frame(c, { path: DATA_PATH, sheets: SHEETS })
    const { tier, star } = rankFor(loss.xp, deps.rules().ranks)
    const rankName = ui.t('common:rank', { tier, star })
    const props = { ui, frame, loss: { ...loss, rankName }, typed, token: forms.token(c) }
    return tools.page(c, <DeleteSurePage {...props} />, 200, 'no-store')
  })

  app.post(`${DELETE_PATH}/confirm`, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const member = memberOf(c, DELETE_PATH, fresh)
    if (member instanceof Response) return member
    const { accountId } = member
    const asked = await askDeletion(db.kysely, accountId, deletionContext())
    if (asked.status !== 'allowed' || !isName(form.name ?? '', asked.loss.displayName)) {
      return ask(c, accountId, asked.status === 'allowed')
    }
    const started = await startDeletion(db, { accountId, by: 'website' }, deletionContext())
    if (started.status !== 'started') return ask(c, accountId, false)
    // The session is over already; its cookies go too.
    const { cookies } = await auth.signOut(kit.request(c))
    kit.cookies(c, cookies)
    return c.redirect(`${DATA_PATH}/goodbye`, 303)
  })

  app.get(`${DATA_PATH}/goodbye`, (c) => {
    const { ui, frame } = tools.frame(c, { path: `${DATA_PATH}/goodbye`, sheets: SHEETS })
    return tools.page(c, <GoodbyePage ui={ui} frame={frame} />)
  })

  return app
}

/** Whether the member typed his own name: spaces at the ends and the size of letters are no matter. */
function isName(typed: string, name: string): boolean {
  const fold = (text: string) => (cleanName(text) ?? '').toLocaleLowerCase('und')
  return fold(typed) !== '' && fold(typed) === fold(name)
}

function refusalText(ui: Ui, refusal: DeletionRefusal): string {
  switch (refusal.status) {
    case 'admin_account':
      return ui.t('deletion:delete.admin')
    case 'merged_lately':
      return ui.t('deletion:delete.merged', { when: ui.moment(refusal.until) })
    case 'unlinked_lately':
      return ui.t('deletion:delete.unlinked', { when: ui.moment(refusal.until) })
    case 'closing_already':
      return ui.t('deletion:closing.text', { when: ui.moment(refusal.dueAt) })
    case 'unknown_account':
      return ui.t('web:error.member_not_found.text')
    default:
      return refusal satisfies never
  }
}

/** Hands pieces on as the reader takes them, so that a slow one costs no memory. */
function streamOf(pieces: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await pieces.return()
    },
  })
}
