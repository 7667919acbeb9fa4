import type { Loss } from '../../../core/deletion/start-deletion.js'
import { DATA_PATH } from '../auth/closing-gate.js'
import { Alert, Field, Form } from './form.js'
import type { PageProps } from './layout.js'
import { OwnPage } from './own-page.js'
import { SignInFrame } from './sign-in.js'
import type { Ui } from './ui.js'
import { withQuery } from './urls.js'

export type DataModel = {
  /** Export and deletion are open: the sign-in is fresh. */
  fresh: boolean
  /** When the account will be erased; null: it is not being deleted. */
  closing: Date | null
  note: 'kept' | null
  token: string
}

function FreshLink({ ui }: { ui: Ui }) {
  return (
    <p>
      <span class="soft">{ui.t('deletion:fresh')}</span>{' '}
      <a href={withQuery('/login', { next: DATA_PATH, again: '1' })}>{ui.t('deletion:fresh_link')}</a>
    </p>
  )
}

function KeepForm({ ui, token }: { ui: Ui; token: string }) {
  return (
    <Form action={`${DATA_PATH}/keep`} token={token}>
      <button class="button" type="submit">
        {ui.t('deletion:closing.keep')}
      </button>
    </Form>
  )
}

/** `/settings/data`: everything that is held can be taken along, and the account can go, or be kept after all. */
export function DataPage({ ui, frame, model }: PageProps & { model: DataModel }) {
  const { t } = ui
  const { closing, fresh, token } = model
  return (
    <OwnPage ui={ui} frame={frame} title={t('deletion:title')} lead={t('deletion:lead')}>
      {model.note === 'kept' && <Alert text={t('deletion:closing.kept')} calm />}
      {closing && (
        <section class="card settings-card settings-closing" aria-labelledby="closing-title">
          <h2 id="closing-title">{t('deletion:closing.title')}</h2>
          <p>{t('deletion:closing.text', { when: ui.moment(closing) })}</p>
          <KeepForm ui={ui} token={token} />
        </section>
      )}
      <section class="card settings-card" aria-labelledby="export-title">
        <h2 id="export-title">{t('deletion:export.title')}</h2>
        <p class="soft">{t('deletion:export.text')}</p>
        {fresh ? (
          <Form action={`${DATA_PATH}/export`} token={token}>
            <button class="button button-small button-quiet" type="submit">
              {t('deletion:export.submit')}
            </button>
          </Form>
        ) : (
          <FreshLink ui={ui} />
        )}
      </section>
      {!closing && (
        <section class="card settings-card" aria-labelledby="delete-title">
          <h2 id="delete-title">{t('deletion:delete.title')}</h2>
          <p class="soft">{t('deletion:delete.text')}</p>
          <p>
            <a class="danger-link" href={`${DATA_PATH}/delete`}>
              {t('deletion:delete.link')}
            </a>
          </p>
        </section>
      )}
    </OwnPage>
  )
}

/** The first question: the member writes his name. `refused`: why it cannot be asked at all. */
export function DeleteAskPage(
  props: PageProps & { name: string; wrong: boolean; refused: string | null; token: string },
) {
  const { ui, frame } = props
  const { t } = ui
  return (
    <OwnPage ui={ui} frame={frame} title={t('deletion:ask.title')} lead={t('deletion:ask.lead')}>
      {props.refused !== null && <Alert text={props.refused} />}
      {props.wrong && <Alert text={t('deletion:ask.wrong')} />}
      {props.refused === null && (
        <Form action={`${DATA_PATH}/delete`} token={props.token}>
          <Field
            name="name"
            label={t('deletion:ask.label', { name: props.name })}
            autocomplete="off"
            hint={t('deletion:ask.hint')}
            maxlength={256}
          />
          <button class="button button-quiet button-wide" type="submit">
            {t('deletion:ask.submit')}
          </button>
        </Form>
      )}
      <p class="form-foot">
        <a href={DATA_PATH}>{t('deletion:ask.back')}</a>
      </p>
    </OwnPage>
  )
}

function LossList({ ui, loss }: { ui: Ui; loss: Loss & { rankName: string } }) {
  const { t } = ui
  const rows: [string, string][] = [
    ['xp', ui.number(loss.xp)],
    ['coins', ui.number(loss.coins)],
    ['rank', loss.rankName],
    ['games', ui.number(loss.gamesPlayed)],
    ['messages', ui.number(loss.messages)],
    ['voice', ui.duration(loss.voiceSeconds)],
    ['streak', ui.number(loss.streak)],
    ['achievements', ui.number(loss.achievements)],
    ['platforms', loss.platforms.map((one) => t(`common:platform.${one}`)).join(', ')],
  ]
  return (
    <dl class="loss">
      {rows.map(([word, value]) => (
        <div>
          <dt>{t(`deletion:sure.${word}`)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The second question: what is lost, when, and how it can be taken back. */
export function DeleteSurePage(
  props: PageProps & { loss: Loss & { rankName: string }; typed: string; token: string },
) {
  const { ui, frame } = props
  const { t } = ui
  return (
    <OwnPage ui={ui} frame={frame} title={t('deletion:sure.title')} lead={t('deletion:sure.lead')}>
      <LossList ui={ui} loss={props.loss} />
      <ol class="loss-steps">
        <li>{t('deletion:sure.now')}</li>
        <li>{t('deletion:sure.week')}</li>
        <li>{t('deletion:sure.after')}</li>
      </ol>
      <p>
        <a class="button button-wide" href={DATA_PATH}>
          {t('deletion:sure.back')}
        </a>
      </p>
      <Form action={`${DATA_PATH}/delete/confirm`} token={props.token}>
        <input type="hidden" name="name" value={props.typed} />
        <button class="button button-wide button-danger" type="submit">
          {t('deletion:sure.submit')}
        </button>
      </Form>
    </OwnPage>
  )
}

/** After the second yes: nobody is signed in any more, and this page names nobody. */
export function GoodbyePage({ ui, frame }: PageProps) {
  const { t } = ui
  return (
    <SignInFrame
      ui={ui}
      frame={frame}
      title={t('deletion:closing.bye_title')}
      lead={t('deletion:closing.asked')}
    >
      <p>{t('deletion:closing.bye')}</p>
      <p>
        <a class="button button-wide" href={withQuery('/login', { next: DATA_PATH })}>
          {t('deletion:closing.sign_in')}
        </a>
      </p>
    </SignInFrame>
  )
}
