import { Hono } from 'hono'
import { acceptReview, refuseReview } from '../../../core/imports/decide-review.js'
import { type Brought, broughtBy, listReviews, type Review } from '../../../core/imports/read-reviews.js'
import type { WebEnv } from '../http/client-address.js'
import { numberIn } from '../http/number-in.js'
import { Form } from '../views/form.js'
import type { Ui } from '../views/ui.js'
import type { AdminKit, Ending } from './admin-kit.js'
import { AccountLink, Card, Moment, Rows } from './parts.js'

const PATH = '/admin/imports'
const REVIEWS = 50

/** `/admin/imports`: questions that an import left to the owner. */
export function importRoutes(admin: AdminKit): Hono<WebEnv> {
  const { db } = admin.kit.tools.deps
  const app = new Hono<WebEnv>()

  app.get(PATH, async (c) => {
    const after = numberIn(c.req.query('after')) ?? 0
    const found = await listReviews(db.kysely, { after, limit: REVIEWS + 1 })
    const reviews = found.slice(0, REVIEWS)
    const ui = admin.ui(c)
    const { t } = ui
    const token = admin.token(c)
    return admin.show(
      c,
      t('admin:tab.imports'),
      <Card title={t('admin:imports.title')} note={t('admin:imports.note')}>
        <Rows
          none={t('import:review.none')}
          rows={reviews.map((review) => (
            <>
              <span class="soft">#{review.id}</span>
              <strong>{t(`import:report.kind.${review.kind}`)}</strong>
              <Side ui={ui} review={review} which="claimant" />
              {review.claimed ? (
                <Side ui={ui} review={review} which="claimed" />
              ) : (
                <Growth ui={ui} review={review} />
              )}
              {review.detail.other_proof === true && (
                <span class="soft">{t('import:review.other_proof')}</span>
              )}
              {review.sameName && <span class="soft">{t('import:report.same_name')}</span>}
              <Moment ui={ui} at={review.createdAt} />
              <span class="admin-buttons">
                {(['accept', 'refuse'] as const).map((word) => (
                  <Form action={`${PATH}/${word}`} token={token} class="form-inline">
                    <input type="hidden" name="id" value={String(review.id)} />
                    <button
                      class={word === 'accept' ? 'button button-small' : 'button button-small button-quiet'}
                      type="submit"
                    >
                      {t(`admin:imports.${buttonOf(word, review)}`)}
                    </button>
                  </Form>
                ))}
              </span>
            </>
          ))}
        />
        {found.length > REVIEWS && (
          <p>
            <a class="button" href={`${PATH}?after=${reviews.at(-1)?.id}`} rel="next">
              {t('admin:further')}
            </a>
          </p>
        )}
      </Card>,
    )
  })

  app.post(`${PATH}/accept`, (c) =>
    admin.act(c, PATH, async ({ id: word }, { actor }): Promise<Ending> => {
      const id = numberIn(word)
      if (id === null) return { problem: 'unknown_review' }
      const ended = await acceptReview(db, { id, by: actor }, admin.context())
      switch (ended.status) {
        case 'accepted':
        case 'settled':
        case 'address_given':
          return { done: ended.status }
        case 'unknown':
          return { problem: 'unknown_review' }
        case 'refused':
          return { problem: ended.reason === 'admin_account' ? 'admin_account' : 'not_joined' }
        default:
          return { problem: ended.status }
      }
    }),
  )

  app.post(`${PATH}/refuse`, (c) =>
    admin.act(c, PATH, async ({ id: word }, { actor }): Promise<Ending> => {
      const id = numberIn(word)
      if (id === null) return { problem: 'unknown_review' }
      const ended = await refuseReview(db, { id, by: actor }, admin.context())
      switch (ended.status) {
        case 'closed':
          return { done: 'refused' }
        case 'parted':
          return { done: 'parted' }
        case 'refused':
          return { problem: ended.reason === 'closing' ? 'closing' : 'admin_account' }
        default:
          return { problem: 'unknown_review' }
      }
    }),
  )

  return app
}

/** What a button of a question says: some are not about agreeing. */
function buttonOf(word: 'accept' | 'refuse', { kind }: Review): string {
  return kind === 'joined' || kind === 'address' ? `${word}_${kind}` : word
}

function Side({ ui, review, which }: { ui: Ui; review: Review; which: 'claimant' | 'claimed' }) {
  const side = review[which]
  const brought = broughtBy(review.detail, which)
  if (!side) return null
  return (
    <span>
      <bdi>{`${side.platform}:${side.id}`}</bdi>{' '}
      {side.accountId !== null && <AccountLink ui={ui} id={side.accountId} />}
      {brought && <span class="soft"> {bringsWords(ui, brought, side.platform)}</span>}
    </span>
  )
}

function bringsWords(ui: Ui, brought: Brought, platform: string): string {
  const name = brought.name ?? ui.t('import:review.nameless')
  // The old website kept no progress.
  if (platform === 'website') return name
  return ui.t('import:review.brings', {
    name,
    xp: ui.number(brought.xp),
    coins: ui.number(brought.coins),
  })
}

function Growth({ ui, review }: { ui: Ui; review: Review }) {
  const { xp = 0, coins = 0, voice_seconds: voice = 0 } = review.detail
  const [shownXp, shownCoins, shownVoice] = [xp, coins, voice].map((value) => ui.number(Number(value)))
  return <span>{ui.t('import:review.growth', { xp: shownXp, coins: shownCoins, voice: shownVoice })}</span>
}
