import { Form } from './form.js'
import type { LinkPageModel } from './link.js'
import type { Ui } from './ui.js'
import { followable } from './urls.js'
import { PLATFORMS } from './view-models.js'

type Props = { ui: Ui; model: LinkPageModel }

function Discord({ ui, model }: Props) {
  const { t } = ui
  const { discord } = model.ways
  return (
    <section class="card settings-card" aria-labelledby="add-discord">
      <h2 id="add-discord">{t('common:platform.discord')}</h2>
      <p class="soft">{t(discord ? 'weblink:add.discord_note' : 'weblink:add.discord_off')}</p>
      {discord && (
        <Form action="/link/discord" token={model.token} class="form-inline">
          <button class="button button-discord" type="submit">
            {t('weblink:add.discord')}
          </button>
        </Form>
      )}
    </section>
  )
}

/** Telegram by a link into the bot, or by a code. */
function Telegram({ ui, model }: Props) {
  const { t } = ui
  const bot = followable(model.botUrl)
  return (
    <section id="link-telegram" class="card settings-card" aria-labelledby="add-telegram">
      <h2 id="add-telegram">{t('common:platform.telegram')}</h2>
      <p class="soft">{t('weblink:add.telegram_note')}</p>
      {bot && (
        <Form action="/link/telegram" token={model.token}>
          <button class="button button-ink" type="submit">
            {t('deeplink:page.start')}
          </button>
        </Form>
      )}
      <div class="form-actions">
        <a class="button button-quiet" href="/link/code">
          {t('weblink:add.code')}
        </a>
        {bot && (
          <a class="button button-quiet" href={bot} rel="noopener">
            {t('auth:tg.open_bot')}
          </a>
        )}
      </div>
    </section>
  )
}

/** What is missing, each with its way; a code fits every pair of platforms. */
export function AddCards({ ui, model }: Props) {
  const { t } = ui
  const has = (platform: string) => model.identities.some((one) => one.platform === platform)
  const whole = !model.unproven && PLATFORMS.every(has)
  return (
    <>
      {!has('telegram') && <Telegram ui={ui} model={model} />}
      {/* An old link is proven from here too. */}
      {(!has('discord') || model.unproven) && <Discord ui={ui} model={model} />}
      {!has('website') && model.ways.mail && (
        <section class="card settings-card" aria-labelledby="add-email">
          <h2 id="add-email">{t('weblink:add.email')}</h2>
          <p class="soft">{t('weblink:add.email_note')}</p>
          <p>
            <a class="button button-quiet" href="/settings/email">
              {t('weblink:add.email')}
            </a>
          </p>
        </section>
      )}
      {!whole && (
        <section class="card settings-card" aria-labelledby="add-code">
          <h2 id="add-code">{t('weblink:add.code')}</h2>
          <p class="soft">{t('weblink:add.code_note')}</p>
          <p>
            <a class="button button-quiet" href="/link/code">
              {t('weblink:add.code')}
            </a>
          </p>
        </section>
      )}
    </>
  )
}
