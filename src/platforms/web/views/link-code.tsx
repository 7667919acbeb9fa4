import { Alert, Field, Form } from './form.js'
import type { PageProps } from './layout.js'
import { OwnPage } from './own-page.js'

export const CODE_PROBLEMS = [
  'wrong_code',
  'too_many_tries',
  'own_code',
  'already_linked',
  'unknown_account',
] as const

export type CodePageModel = {
  /** The code, this once. */
  issued: { code: string; until: Date } | null
  problem: string | null
  token: string
}

/** `/link/code`: shows a code, or takes one that another platform showed. */
export function CodePage({ ui, frame, model }: PageProps & { model: CodePageModel }) {
  const { t } = ui
  const { issued, token } = model
  return (
    <OwnPage ui={ui} frame={frame} title={t('weblink:code.title')} lead={t('weblink:code.lead')}>
      {model.problem && <Alert text={model.problem} />}
      <section class="card settings-card" aria-labelledby="show-title">
        <h2 id="show-title">{t(issued ? 'weblink:code.yours' : 'weblink:code.show_title')}</h2>
        {issued && (
          <>
            <p class="the-number link-code">
              <strong class="figure" translate="no">
                {issued.code}
              </strong>
            </p>
            <Alert text={t('linking:warning')} />
            <p>{t('weblink:code.until', { time: ui.moment(issued.until) })}</p>
            <p class="soft">{t('weblink:code.after')}</p>
            <p>
              <a class="button" href="/link">
                {t('weblink:code.check')}
              </a>
            </p>
          </>
        )}
        {!issued && <p>{t('weblink:code.show_lead')}</p>}
        {!issued && <p class="soft">{t('linking:warning')}</p>}
        <Form action="/link/code" token={token}>
          <button class={issued ? 'button button-quiet' : 'button'} type="submit">
            {t(issued ? 'weblink:code.again' : 'weblink:code.show')}
          </button>
        </Form>
      </section>
      {!issued && (
        <section class="card settings-card" aria-labelledby="type-title">
          <h2 id="type-title">{t('weblink:code.type_title')}</h2>
          <p>{t('weblink:code.type_lead')}</p>
          <Form action="/link/code/type" token={token}>
            <Field
              name="code"
              label={t('weblink:code.field')}
              autocomplete="off"
              maxlength={64}
              hint={t('weblink:code.hint')}
            />
            <button class="button" type="submit">
              {t('weblink:code.submit')}
            </button>
          </Form>
        </section>
      )}
    </OwnPage>
  )
}
