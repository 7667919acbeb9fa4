import { PASSWORD_MAX, PASSWORD_MIN, type WebAuth } from '../auth/web-auth.js'
import { Field, Form } from './form.js'
import type { PageProps } from './layout.js'
import { ProblemAlert, type ProblemNote, SignInFrame } from './sign-in.js'
import type { Ui } from './ui.js'

type EmailPageProps = PageProps & { token: string; note: ProblemNote | null }

function NewPassword({ ui }: { ui: Ui }) {
  return (
    <Field
      name="password"
      type="password"
      label={ui.t('auth:field.new_password')}
      autocomplete="new-password"
      hint={ui.t('auth:field.password_hint', { min: PASSWORD_MIN })}
      minlength={PASSWORD_MIN}
      maxlength={PASSWORD_MAX}
    />
  )
}

function Email({ ui, value }: { ui: Ui; value?: string }) {
  return (
    <Field
      name="email"
      type="email"
      label={ui.t('auth:field.email')}
      autocomplete="username"
      maxlength={254}
      {...(value ? { value } : {})}
    />
  )
}

/** `/register`: a name, an address, a password. */
export function RegisterPage(
  props: EmailPageProps & { ways: ReturnType<WebAuth['ways']>; filled: { name: string; email: string } },
) {
  const { ui, frame, ways, filled } = props
  const { t } = ui
  if (ways.registration === 'closed') {
    return (
      <SignInFrame
        ui={ui}
        frame={frame}
        title={t('auth:register.closed_title')}
        lead={t('auth:register.closed_text')}
      >
        <p class="hero-actions">
          <a class="button" href="/login">
            {t('auth:register.to_login')}
          </a>
        </p>
      </SignInFrame>
    )
  }
  const lead = t(ways.registration === 'open' ? 'auth:register.lead_open' : 'auth:register.lead')
  return (
    <SignInFrame ui={ui} frame={frame} title={t('auth:register.title')} lead={lead}>
      {props.note && <ProblemAlert ui={ui} note={props.note} />}
      <Form action="/register" token={props.token}>
        <Field
          name="name"
          label={t('auth:field.name')}
          autocomplete="nickname"
          hint={t('auth:field.name_hint')}
          maxlength={128}
          {...(filled.name ? { value: filled.name } : {})}
        />
        <Email ui={ui} value={filled.email} />
        <NewPassword ui={ui} />
        <button class="button button-wide" type="submit">
          {t('auth:register.submit')}
        </button>
      </Form>
      <p class="form-foot">
        <a href="/login">{t('auth:register.have')}</a>
      </p>
    </SignInFrame>
  )
}

/** `/forgot`: asks for a letter that sets a new password. */
export function ForgotPage(props: EmailPageProps & { mail: boolean }) {
  const { ui, frame } = props
  const { t } = ui
  const note = props.note ?? (props.mail ? null : ({ problem: 'closed' } as const))
  return (
    <SignInFrame ui={ui} frame={frame} title={t('auth:forgot.title')} lead={t('auth:forgot.lead')}>
      {note && <ProblemAlert ui={ui} note={note} />}
      {props.mail && (
        <Form action="/forgot" token={props.token}>
          <Email ui={ui} />
          <button class="button button-wide" type="submit">
            {t('auth:forgot.submit')}
          </button>
        </Form>
      )}
    </SignInFrame>
  )
}

/** `/reset`: the letter's link leads here. */
export function ResetPage(props: EmailPageProps & { resetToken: string }) {
  const { ui, frame } = props
  const { t } = ui
  return (
    <SignInFrame ui={ui} frame={frame} title={t('auth:reset.title')} lead={t('auth:reset.lead')}>
      {props.note && <ProblemAlert ui={ui} note={props.note} />}
      <Form action="/reset" token={props.token}>
        <input type="hidden" name="token" value={props.resetToken} />
        <NewPassword ui={ui} />
        <button class="button button-wide" type="submit">
          {t('auth:reset.submit')}
        </button>
      </Form>
    </SignInFrame>
  )
}

/** `/auth/verify-email`: looking proves nothing (mail scanners look too); the password beside the letter does. */
export function VerifyPage(props: EmailPageProps & { mailToken: string }) {
  const { ui, frame } = props
  const { t } = ui
  return (
    <SignInFrame ui={ui} frame={frame} title={t('auth:verify.title')} lead={t('auth:verify.lead')}>
      {props.note && <ProblemAlert ui={ui} note={props.note} />}
      <Form action="/auth/verify-email" token={props.token}>
        <input type="hidden" name="token" value={props.mailToken} />
        <Field
          name="password"
          type="password"
          label={t('auth:field.password')}
          autocomplete="current-password"
          maxlength={PASSWORD_MAX}
        />
        <button class="button button-wide" type="submit">
          {t('auth:verify.submit')}
        </button>
      </Form>
      <p class="form-foot">
        {t('auth:verify.not_me')} <a href="/forgot">{t('auth:verify.set_new')}</a>
      </p>
    </SignInFrame>
  )
}

/** A letter is on its way, or would be: the page does not know either. */
export function LetterSentPage({ ui, frame, kind }: PageProps & { kind: 'register' | 'forgot' }) {
  const { t } = ui
  return (
    <SignInFrame ui={ui} frame={frame} title={t('auth:sent.title')} lead={t(`auth:sent.${kind}`)}>
      <p class="form-foot soft">{t('auth:sent.spam')}</p>
      <p class="hero-actions">
        <a class="button button-quiet" href="/login">
          {t('auth:register.to_login')}
        </a>
      </p>
    </SignInFrame>
  )
}
