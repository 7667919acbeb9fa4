import type { Child } from '#jsx/jsx-runtime'
import { PASSWORD_MAX, PASSWORD_MIN, type SignInProblem, type WebAuth } from '../auth/web-auth.js'
import { Alert, Field, Form } from './form.js'
import { PlatformIcon } from './icons.js'
import { Layout, type PageProps } from './layout.js'
import type { Ui } from './ui.js'
import { followable, withQuery } from './urls.js'

/** What went wrong, with the wait when one is known. */
export type ProblemNote = { problem: SignInProblem; seconds?: number }

export type SignInModel = {
  ways: ReturnType<WebAuth['ways']>
  next: string | null
  note: ProblemNote | null
  good: 'password_set' | 'signed_out' | 'merge_undone' | 'unlinked' | null
  /** The name of the account that is open in this browser. */
  openAs: string | null
  /** The page asks for a fresh sign-in. */
  again: boolean
  email: string
  botUrl: string | null
  token: string
}

export function ProblemAlert({ ui, note }: { ui: Ui; note: ProblemNote }) {
  const { t } = ui
  const values = { min: PASSWORD_MIN, max: PASSWORD_MAX }
  return (
    <Alert
      title={t(`auth:problem.${note.problem}.title`)}
      text={t(`auth:problem.${note.problem}.text`, values)}
      {...(note.seconds ? { more: ui.count('auth:problem.wait', note.seconds) } : {})}
    />
  )
}

/** The narrow page of everything about signing in. */
export function SignInFrame(
  props: PageProps & { title: string; lead?: string; live?: boolean; children: Child },
) {
  const { ui, frame, title } = props
  const meta = {
    title: ui.t('auth:brand_title', { title }),
    description: ui.t('web:meta.error_description'),
    index: false,
  }
  return (
    <Layout ui={ui} frame={frame} meta={meta} section={null}>
      <div class="narrow">
        <header>
          <h1>{title}</h1>
          {props.lead && <p class="narrow-lead">{props.lead}</p>}
        </header>
        {props.children}
      </div>
    </Layout>
  )
}

function Ways({ ui, model }: { ui: Ui; model: SignInModel }) {
  const { t } = ui
  const { ways, next } = model
  const query: Record<string, string> = next === null ? {} : { next }
  const bot = followable(model.botUrl)
  return (
    <div class="ways">
      {ways.discord && (
        <div class="way-in">
          <a
            class="button button-wide button-discord"
            href={withQuery('/auth/discord', query)}
            rel="nofollow"
          >
            <PlatformIcon platform="discord" />
            {t('auth:login.discord')}
          </a>
          <p class="way-note">{t('auth:login.discord_note')}</p>
        </div>
      )}
      {bot && (
        <div class="way-in">
          <a class="button button-wide button-ink" href={bot} rel="noopener">
            <PlatformIcon platform="telegram" />
            {t('auth:login.telegram')}
          </a>
          <p class="way-note">{t('auth:login.telegram_note')}</p>
        </div>
      )}
    </div>
  )
}

function EmailForm({ ui, model }: { ui: Ui; model: SignInModel }) {
  const { t } = ui
  const { ways } = model
  return (
    <section class="by-email" aria-labelledby="by-email">
      <h2 id="by-email">{t('auth:login.or_email')}</h2>
      <Form action="/login" token={model.token}>
        {model.next !== null && <input type="hidden" name="next" value={model.next} />}
        <Field
          name="email"
          type="email"
          label={t('auth:field.email')}
          autocomplete="username"
          maxlength={254}
          value={model.email}
        />
        <Field
          name="password"
          type="password"
          label={t('auth:field.password')}
          autocomplete="current-password"
          maxlength={PASSWORD_MAX}
        />
        <button class="button button-quiet button-wide" type="submit">
          {t('auth:login.submit')}
        </button>
      </Form>
      {ways.mail && (
        <p class="form-foot">
          <a href="/forgot">{t('auth:login.forgot')}</a>
        </p>
      )}
      {ways.registration === 'closed' ? (
        <p class="form-foot soft">{t('auth:login.closed')}</p>
      ) : (
        <p class="form-foot">
          <a href="/register">{t('auth:login.register')}</a>
        </p>
      )}
    </section>
  )
}

function OpenAccount({ ui, frame, model }: PageProps & { model: SignInModel }) {
  const { t } = ui
  return (
    <div class="card">
      <p>{t('auth:login.signed_in_as', { name: model.openAs })}</p>
      <div class="form-actions">
        {frame.viewer?.href && (
          <a class="button" href={frame.viewer.href}>
            {t('auth:login.to_profile')}
          </a>
        )}
        <Form action="/logout" token={model.token} class="form-inline">
          <button class="button button-quiet" type="submit">
            {t('auth:logout.submit')}
          </button>
        </Form>
      </div>
    </div>
  )
}

/** `/login`: every way in, and what went wrong with the last one. */
export function SignInPage({ ui, frame, model }: PageProps & { model: SignInModel }) {
  const { t } = ui
  const open = model.openAs !== null
  const title = open ? (model.again ? 'confirm_title' : 'signed_in_title') : 'title'
  const lead = open ? (model.again ? t('auth:login.confirm_lead') : undefined) : t('auth:login.lead')
  return (
    <SignInFrame ui={ui} frame={frame} title={t(`auth:login.${title}`)} {...(lead ? { lead } : {})}>
      {model.note && <ProblemAlert ui={ui} note={model.note} />}
      {model.good && <Alert text={t(`auth:login.${model.good}`)} calm />}
      {open && <OpenAccount ui={ui} frame={frame} model={model} />}
      {(!open || model.again) && <Ways ui={ui} model={model} />}
      {(!open || model.again) && <EmailForm ui={ui} model={model} />}
    </SignInFrame>
  )
}
