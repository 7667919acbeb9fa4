import type { SeenSiteLink } from '../../../core/linking/deep-link.js'
import type { LinkFacts } from '../../../core/linking/link-facts.js'
import { Alert, Form } from './form.js'
import type { PageProps } from './layout.js'
import { FactCard } from './link-question.js'
import { OwnPage } from './own-page.js'
import type { Ui } from './ui.js'
import { followable } from './urls.js'

type SiteLinkModel = {
  link: Extract<SeenSiteLink, { status: 'open' | 'asked' | 'over' }>
  botUrl: string
  token: string
}

/** Asks again every other second whether the chat has moved on; without scripts by a press. */
function Check({ ui, shown, token }: { ui: Ui; shown: string; token: string }) {
  return (
    <form
      class="form"
      method="post"
      action="/link/telegram/check"
      hx-post="/link/telegram/check"
      hx-trigger="every 2s"
      hx-swap="none"
    >
      <input type="hidden" name="form" value={token} />
      <input type="hidden" name="shown" value={shown} />
      <button class="button button-quiet" type="submit">
        {ui.t('deeplink:page.check')}
      </button>
    </form>
  )
}

/** `/link/telegram`: the way into the bot, then the number that the chat asks for. */
export function SiteLinkPage({ ui, frame, model }: PageProps & { model: SiteLinkModel }) {
  const { t } = ui
  const { link, token } = model
  if (link.status === 'over') {
    return (
      <OwnPage ui={ui} frame={frame} title={t('deeplink:page.over_title')}>
        <Alert text={t(`deeplink:page.${link.outcome}`)} />
        <Form action="/link/telegram" token={token}>
          <button class="button" type="submit">
            {t('deeplink:page.again')}
          </button>
        </Form>
      </OwnPage>
    )
  }
  const until = <p class="soft">{t('deeplink:page.until', { time: ui.moment(link.expiresAt) })}</p>
  if (link.status === 'asked') {
    return (
      <OwnPage ui={ui} frame={frame} title={t('deeplink:page.asked_title')} lead={t('deeplink:page.asked')}>
        <p class="the-number" role="status">
          <span class="the-number-label">{t('deeplink:page.number')}</span>
          <strong class="figure">{link.number}</strong>
        </p>
        {until}
        <Check ui={ui} shown={link.status} token={token} />
      </OwnPage>
    )
  }
  const bot = followable(model.botUrl)
  return (
    <OwnPage ui={ui} frame={frame} title={t('deeplink:page.title')} lead={t('deeplink:page.lead')}>
      {bot && (
        <p>
          <a class="button" href={`${bot}?start=link_${link.token}`} rel="nofollow noreferrer">
            {t('deeplink:page.open')}
          </a>
        </p>
      )}
      <p>{t('deeplink:page.only_self')}</p>
      {until}
      <Check ui={ui} shown={link.status} token={token} />
    </OwnPage>
  )
}

type BotLinkModel = {
  facts: LinkFacts | null
  face: string | null
  path: string
  name: string
  token: string
}

/** `/link/tg/<token>`: who made the link in the bot, and the way to the question. */
export function BotLinkPage({ ui, frame, model }: PageProps & { model: BotLinkModel }) {
  const { t } = ui
  if (!model.facts) {
    return (
      <OwnPage ui={ui} frame={frame} title={t('deeplink:page.gone_title')}>
        <Alert text={t('deeplink:page.gone')} />
      </OwnPage>
    )
  }
  return (
    <OwnPage ui={ui} frame={frame} title={t('deeplink:page.bot_title')}>
      <FactCard ui={ui} title={t('deeplink:page.bot_made')} facts={model.facts} face={model.face} />
      <section class="card settings-card">
        <p>{t('deeplink:page.bot_here', { name: model.name })}</p>
        <p>{t('deeplink:page.bot_warning')}</p>
        <Form action={model.path} token={model.token} class="form-actions">
          <a class="button" href="/link">
            {t('linking:ask.cancel')}
          </a>
          <button class="button button-quiet" type="submit">
            {t('deeplink:page.bot_next')}
          </button>
        </Form>
      </section>
    </OwnPage>
  )
}
