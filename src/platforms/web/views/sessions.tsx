import type { ListedSession } from '../../../core/website/sessions.js'
import { deviceName } from '../../../i18n/device-name.js'
import { Alert, Form } from './form.js'
import type { PageProps } from './layout.js'
import { OwnPage } from './own-page.js'
import { SignInFrame } from './sign-in.js'
import type { Ui } from './ui.js'

export type SessionsModel = {
  sessions: readonly ListedSession[]
  /** The login leads to no account yet. */
  unproven: boolean
  note: { kind: 'ended' } | { kind: 'ended_others'; count: number } | null
  token: string
}

function Row({ ui, session, token }: { ui: Ui; session: ListedSession; token: string }) {
  const { t } = ui
  const device = deviceName(t, session.device)
  const when = ui.moment(session.signedInAt)
  return (
    <li class="session">
      <p class="session-device">
        {device}
        {session.isThis && <span class="badge">{t('auth:sessions.this')}</span>}
      </p>
      <p class="session-facts">
        <time datetime={session.signedInAt.toISOString()}>{t('auth:sessions.when', { when })}</time>{' '}
        {t(`auth:sessions.made.${session.maker.by}`)}
      </p>
      {!session.isThis && (
        <Form action="/settings/sessions/end" token={token} class="form-inline">
          <input type="hidden" name="session" value={session.id} />
          <button
            class="button button-small button-quiet"
            type="submit"
            aria-label={t('auth:sessions.end_label', { device, when })}
          >
            {t('auth:sessions.end')}
          </button>
        </Form>
      )}
    </li>
  )
}

/** `/settings/sessions`: every browser in which the account is open. */
export function SessionsPage({ ui, frame, model }: PageProps & { model: SessionsModel }) {
  const { t } = ui
  const { sessions, note, token } = model
  // A login without an account has no other pages of its own.
  const Frame = model.unproven ? SignInFrame : OwnPage
  return (
    <Frame ui={ui} frame={frame} title={t('auth:sessions.title')} lead={t('auth:sessions.lead')}>
      {model.unproven && <Alert title={t('auth:unproven.title')} text={t('auth:unproven.text')} />}
      {note?.kind === 'ended' && <Alert text={t('auth:sessions.ended')} calm />}
      {note?.kind === 'ended_others' && (
        <Alert text={ui.count('auth:sessions.ended_others', note.count)} calm />
      )}
      <ul class="sessions">
        {sessions.map((session) => (
          <Row ui={ui} session={session} token={token} />
        ))}
      </ul>
      {sessions.length > 1 ? (
        <Form action="/settings/sessions/end-others" token={token} class="form-inline">
          <button class="button button-quiet" type="submit">
            {t('auth:sessions.end_others')}
          </button>
        </Form>
      ) : (
        <p class="soft">{t('auth:sessions.alone')}</p>
      )}
    </Frame>
  )
}
