import { Layout, type PageProps } from './layout.js'
import type { Ui } from './ui.js'
import { withQuery } from './urls.js'
import type { ErrorModel, PageFrame } from './view-models.js'

/** The HTTP status that belongs to each error page. */
export const ERROR_STATUS = {
  member_not_found: 404,
  page_not_found: 404,
  forbidden: 403,
  stale_form: 403,
  too_many_requests: 429,
  internal: 500,
  unavailable: 503,
} as const satisfies Record<ErrorModel['kind'], number>

function Details({ ui, model }: { ui: Ui; model: ErrorModel }) {
  if (model.kind === 'too_many_requests' && model.retryAfterSeconds !== undefined) {
    return (
      <p>{ui.count('web:error.too_many_requests.wait', Math.max(1, Math.ceil(model.retryAfterSeconds)))}</p>
    )
  }
  if (model.kind === 'internal' && model.reference) {
    return <p class="error-reference">{ui.t('web:error.reference', { reference: model.reference })}</p>
  }
  return null
}

function Ways({ ui, frame, kind }: { ui: Ui; frame: PageFrame; kind: ErrorModel['kind'] }) {
  const again = kind === 'too_many_requests' || kind === 'internal' || kind === 'unavailable'
  const board = kind === 'member_not_found'
  return (
    <p class="hero-actions">
      {again && (
        <a class="button" href={withQuery(frame.path, frame.query ?? {})}>
          {ui.t('web:error.retry')}
        </a>
      )}
      {kind === 'stale_form' && (
        <a class="button" href="/login">
          {ui.t('web:error.stale_form.again')}
        </a>
      )}
      {board && (
        <a class="button" href="/leaderboard">
          {ui.t('web:error.leaderboard')}
        </a>
      )}
      <a class={again || board ? 'button button-quiet' : 'button'} href="/">
        {ui.t('web:error.home')}
      </a>
    </p>
  )
}

/** What people see instead of a page: what happened and what to do. Needs no database. */
export function ErrorPage({ ui, frame, model }: PageProps & { model: ErrorModel }) {
  const { t } = ui
  const title = t(`web:error.${model.kind}.title`)
  const meta = {
    title: `${title} | ${t('web:brand')}`,
    description: t('web:meta.error_description'),
    index: false,
  }
  return (
    <Layout ui={ui} frame={frame} meta={meta} section={null}>
      <section class="error">
        <p class="error-status" aria-hidden="true" data-status={ERROR_STATUS[model.kind]}></p>
        <div>
          <h1>{title}</h1>
          <p class="hero-lead">{t(`web:error.${model.kind}.text`)}</p>
          <Details ui={ui} model={model} />
          <Ways ui={ui} frame={frame} kind={model.kind} />
        </div>
      </section>
    </Layout>
  )
}
