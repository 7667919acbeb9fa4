import { PASSWORD_MAX, PASSWORD_MIN } from '../auth/web-auth.js'
import { Alert, Field, Form } from './form.js'
import type { PageProps } from './layout.js'
import { OwnPage } from './own-page.js'
import { ProblemAlert, type ProblemNote } from './sign-in.js'

type SecurityProps = PageProps & { note: ProblemNote | null; token: string }

/** `/settings/password`: a new password, for whoever knows the old one or never had one. */
export function PasswordPage(
  props: SecurityProps & {
    state: 'has_password' | 'can_set' | 'no_address'
    email: string | null
    mail: boolean
  },
) {
  const { ui, frame, state, email } = props
  const { t } = ui
  const title = t(state === 'can_set' ? 'settings:password.title_set' : 'settings:password.title_change')
  if (state === 'no_address') {
    return (
      <OwnPage ui={ui} frame={frame} title={title}>
        <ProblemAlert ui={ui} note={{ problem: 'no_address' }} />
        <p>
          <a href={props.mail ? '/settings/email' : '/settings'}>
            {t(props.mail ? 'settings:entry.email_add' : 'settings:email.back')}
          </a>
        </p>
      </OwnPage>
    )
  }
  return (
    <OwnPage ui={ui} frame={frame} title={title} lead={t('settings:password.lead')}>
      {props.note && <ProblemAlert ui={ui} note={props.note} />}
      {email !== null && <p>{t('settings:password.for', { email })}</p>}
      <Form action="/settings/password" token={props.token}>
        {state === 'has_password' && (
          <Field
            name="current"
            type="password"
            label={t('settings:password.current')}
            autocomplete="current-password"
            maxlength={PASSWORD_MAX}
          />
        )}
        <Field
          name="password"
          type="password"
          label={t('settings:password.new')}
          autocomplete="new-password"
          hint={t('auth:field.password_hint', { min: PASSWORD_MIN })}
          minlength={PASSWORD_MIN}
          maxlength={PASSWORD_MAX}
        />
        <button class="button button-wide" type="submit">
          {t('settings:password.submit')}
        </button>
      </Form>
      {state === 'has_password' && props.mail && (
        <p class="form-foot">
          <a href="/forgot">{t('settings:password.forgot')}</a>
        </p>
      )}
    </OwnPage>
  )
}

/** `/settings/email`: asks for a letter to a new address. */
export function EmailPage(props: SecurityProps & { email: string | null; mail: boolean }) {
  const { ui, frame, email } = props
  const { t } = ui
  const title = t(email === null ? 'settings:email.title_add' : 'settings:email.title_change')
  const note = props.note ?? (props.mail ? null : ({ problem: 'closed' } as const))
  return (
    <OwnPage ui={ui} frame={frame} title={title} lead={t('settings:email.lead')}>
      {note && <ProblemAlert ui={ui} note={note} />}
      {email !== null && <p>{t('settings:email.now', { email })}</p>}
      {props.mail && (
        <Form action="/settings/email" token={props.token}>
          <Field
            name="email"
            type="email"
            label={t('settings:email.new')}
            autocomplete="email"
            maxlength={254}
          />
          <button class="button button-wide" type="submit">
            {t('settings:email.submit')}
          </button>
        </Form>
      )}
    </OwnPage>
  )
}

/** The letter may be on its way. */
export function EmailSentPage({ ui, frame }: PageProps) {
  const { t } = ui
  return (
    <OwnPage ui={ui} frame={frame} title={t('settings:email.sent_title')} lead={t('settings:email.sent')}>
      <p class="soft">{t('auth:sent.spam')}</p>
      <p>
        <a href="/settings">{t('settings:email.back')}</a>
      </p>
    </OwnPage>
  )
}

/** The letter's link leads here; nothing is used up before the button. */
export function EmailConfirmPage(
  props: SecurityProps & { email: string | null; name: string; mailToken: string },
) {
  const { ui, frame, email } = props
  const { t } = ui
  if (email === null) {
    return (
      <OwnPage ui={ui} frame={frame} title={t('settings:email.over_title')}>
        {props.note ? <ProblemAlert ui={ui} note={props.note} /> : <Alert text={t('settings:email.over')} />}
        <p>
          <a href="/settings/email">{t('settings:entry.email_change')}</a>
        </p>
      </OwnPage>
    )
  }
  return (
    <OwnPage
      ui={ui}
      frame={frame}
      title={t('settings:email.confirm_title')}
      lead={t('settings:email.confirm_lead', { email })}
    >
      <p>{t('settings:email.confirm_hint', { name: props.name })}</p>
      <Form action="/settings/email/confirm" token={props.token}>
        <input type="hidden" name="token" value={props.mailToken} />
        <button class="button button-wide" type="submit">
          {t('settings:email.confirm')}
        </button>
      </Form>
      <p class="form-foot">
        <a href="/settings">{t('settings:email.back')}</a>
      </p>
    </OwnPage>
  )
}
