import { maskName } from '../../../core/website/placeholder-email.js'
import type { SeenLink } from '../../../core/website/sign-in-link.js'
import { deviceName } from '../../../i18n/device-name.js'
import { Alert, Form } from './form.js'
import type { PageProps } from './layout.js'
import { ProblemAlert, type ProblemNote, SignInFrame } from './sign-in.js'
import type { Ui } from './ui.js'
import { followable } from './urls.js'

type LinkPageModel = {
  link: SeenLink
  /** The page's own path, with the token. */
  path: string
  /** The name of the account that is open in this browser. */
  openAs: string | null
  botUrl: string | null
  note: ProblemNote | null
  token: string
}

type LinkPageProps = PageProps & { model: LinkPageModel }

function TheNumber({ ui, number }: { ui: Ui; number: number }) {
  return (
    <p class="the-number">
      <span class="the-number-label">{ui.t('auth:tg.number')}</span>
      <strong class="figure">{number}</strong>
    </p>
  )
}

function BotLink({ ui, model }: { ui: Ui; model: LinkPageModel }) {
  const href = followable(model.botUrl)
  if (!href) return null
  return (
    <p class="form-foot">
      <a href={href} rel="noopener">
        {ui.t('auth:tg.open_bot')}
      </a>
    </p>
  )
}

/** An account is open here already: leaving it must be chosen. */
function LeaveFirst({ ui, model }: { ui: Ui; model: LinkPageModel }) {
  const { t } = ui
  return (
    <div class="card">
      <p>{t('auth:tg.current', { name: model.openAs })}</p>
      <div class="form-actions">
        <a class="button" href="/">
          {t('auth:tg.stay')}
        </a>
        <Form action="/logout" token={model.token} class="form-inline">
          <input type="hidden" name="back" value={model.path} />
          <button class="button button-quiet" type="submit">
            {t('auth:tg.leave')}
          </button>
        </Form>
      </div>
    </div>
  )
}

function Open({ ui, frame, model }: LinkPageProps) {
  const { t } = ui
  const { link } = model
  if (link.status !== 'open') return null
  const operator = link.kind === 'operator'
  const title = t(operator ? 'auth:operator.question' : 'auth:tg.question', {
    name: maskName(link.displayName),
  })
  return (
    <SignInFrame ui={ui} frame={frame} title={title}>
      {model.note && <ProblemAlert ui={ui} note={model.note} />}
      {model.openAs !== null ? (
        <LeaveFirst ui={ui} model={model} />
      ) : (
        <Form action={operator ? `${model.path}/enter` : model.path} token={model.token}>
          {!operator && <TheNumber ui={ui} number={link.number} />}
          <p>{t(operator ? 'auth:operator.hint' : 'auth:tg.number_hint')}</p>
          <button class="button button-wide" type="submit">
            {t(operator ? 'auth:operator.submit' : 'auth:tg.take')}
          </button>
        </Form>
      )}
      <p class="form-foot soft">{t('auth:tg.warning')}</p>
    </SignInFrame>
  )
}

function Waiting({ ui, frame, model }: LinkPageProps) {
  const { t } = ui
  const { link } = model
  const approved = link.status === 'approved'
  return (
    <SignInFrame
      ui={ui}
      frame={frame}
      title={t('auth:tg.waiting_title')}
      lead={t(approved ? 'auth:tg.approved' : 'auth:tg.waiting')}
    >
      {link.status === 'waiting' && <TheNumber ui={ui} number={link.number} />}
      <form
        class="form"
        method="post"
        action={`${model.path}/enter`}
        hx-post={`${model.path}/enter`}
        hx-trigger="every 2s"
        hx-swap="none"
      >
        <input type="hidden" name="form" value={model.token} />
        <button class="button button-quiet button-wide" type="submit">
          {t('auth:tg.check')}
        </button>
      </form>
      <BotLink ui={ui} model={model} />
    </SignInFrame>
  )
}

/** The page of a sign-in link: asks, shows the number, waits for the chat, or says why it is over. */
export function LinkPage({ ui, frame, model }: LinkPageProps) {
  const { t } = ui
  const { link } = model
  switch (link.status) {
    case 'open':
      return <Open ui={ui} frame={frame} model={model} />
    case 'waiting':
    case 'approved':
      return <Waiting ui={ui} frame={frame} model={model} />
    case 'taken':
      return (
        <SignInFrame ui={ui} frame={frame} title={t('auth:tg.taken_title')}>
          <Alert text={t('auth:tg.taken', { device: deviceName(t, link.device) })} />
          <BotLink ui={ui} model={model} />
        </SignInFrame>
      )
    case 'ended':
      return (
        <SignInFrame ui={ui} frame={frame} title={t('auth:tg.ended_title')}>
          <Alert text={t(`auth:tg.${link.outcome}`)} />
          <BotLink ui={ui} model={model} />
        </SignInFrame>
      )
    case 'gone':
      return (
        <SignInFrame ui={ui} frame={frame} title={t('auth:tg.gone_title')} lead={t('auth:tg.gone')}>
          <BotLink ui={ui} model={model} />
        </SignInFrame>
      )
    default:
      return link satisfies never
  }
}
