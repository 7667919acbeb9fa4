import type { LinkOffer } from '../../../core/imports/read-reviews.js'
import type { ClosedLogin } from '../../../core/website/unproven-emails.js'
import { EmptyState } from './empty-state.js'
import { Alert, Form } from './form.js'
import type { PageProps } from './layout.js'
import { OwnPage } from './own-page.js'
import type { Ui } from './ui.js'

export const OLD_CLAIMS_PATH = '/link/old'

export type OldClaimsModel = {
  closed: ClosedLogin | null
  offers: readonly LinkOffer[]
  /** An old login was just told off. */
  removed: boolean
  token: string
}

/** `/link/old`: what the old programs' records say of the member without proof; he alone knows whether it is true. */
export function OldClaimsPage({ ui, frame, model }: PageProps & { model: OldClaimsModel }) {
  const { t } = ui
  const { closed, offers } = model
  return (
    <OwnPage ui={ui} frame={frame} title={t('import:offer.title')} lead={t('import:offer.lead')}>
      {model.removed && <Alert text={t('import:offer.removed')} calm />}
      {closed && (
        <section class="card settings-card" aria-labelledby="closed-title">
          <h2 id="closed-title">{t('import:offer.closed_title')}</h2>
          <p>{t('import:offer.closed', { email: closed.maskedEmail })}</p>
          <Form action={`${OLD_CLAIMS_PATH}/remove`} token={model.token}>
            <button class="button button-small button-quiet" type="submit">
              {t('import:offer.remove')}
            </button>
          </Form>
        </section>
      )}
      {offers.map((offer) => (
        <section class="card settings-card">
          <h2>{t(`common:platform.${offer.platform}`)}</h2>
          <p>
            {t(`import:offer.${offer.direction}`, {
              platform: t(`common:platform.${offer.platform}`),
              name: offer.maskedName ?? '***',
            })}
          </p>
          <p>
            <a class="button button-small" href="/link">
              {t('import:offer.link')}
            </a>
          </p>
        </section>
      ))}
      {!closed && offers.length === 0 && (
        <EmptyState title={t('import:offer.none_title')} text={t('import:offer.none_text')} art="bars" />
      )}
    </OwnPage>
  )
}

/** One line on a member's own page that leads there. */
export function OldClaimsNotice({ ui }: { ui: Ui }) {
  return (
    <p class="alert alert-calm" role="status">
      {ui.t('import:offer.notice')} <a href={OLD_CLAIMS_PATH}>{ui.t('import:offer.look')}</a>
    </p>
  )
}
