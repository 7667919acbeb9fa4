import { linkRefusalPhrase } from '../../../core/linking/link-phrases.js'
import type { ReadDiscordLink } from '../../../core/linking/read-discord-link.js'
import { Alert } from './form.js'
import type { PageProps } from './layout.js'
import { Answer, FactCard, PreviewTable } from './link-question.js'
import { OwnPage } from './own-page.js'
import { phraseText } from './phrase.js'

export type DiscordLinkModel = {
  read: Extract<ReadDiscordLink, { status: 'open' }>
  /** Pictures of both sides. */
  faces: { own: string | null; theirs: string | null }
  /** The preview is shown anew, because it no longer held. */
  changed: boolean
  /** The name of the open session. */
  name: string
  token: string
}

/** `/link/confirm`: "here you are W, Discord says you are D", and what becomes of both. */
export function DiscordLinkPage({ ui, frame, model }: PageProps & { model: DiscordLinkModel }) {
  const { t } = ui
  const { own, theirs, preview, refusal, expiresAt, request } = model.read
  const name = theirs.username === null ? theirs.displayName : `@${theirs.username}`
  const title = t(preview ? 'weblink:question.merge_title' : 'weblink:question.title')
  return (
    <OwnPage ui={ui} frame={frame} title={title}>
      {model.changed && <Alert text={t('weblink:question.changed')} />}
      {own ? (
        <FactCard ui={ui} title={t('weblink:question.here')} facts={own} face={model.faces.own} />
      ) : (
        <section class="card settings-card link-side">
          <h2>{t('weblink:question.here')}</h2>
          <p>
            <bdi>{model.name}</bdi>
          </p>
        </section>
      )}
      {'platform' in theirs ? (
        <FactCard
          ui={ui}
          title={t('weblink:question.discord_says')}
          facts={theirs}
          face={model.faces.theirs}
        />
      ) : (
        <section class="card settings-card link-side" aria-labelledby="newcomer">
          <h2 id="newcomer">{t('weblink:question.discord_says')}</h2>
          <ul class="link-facts">
            <li>
              <bdi>{t('linking:facts.name', { name: theirs.displayName })}</bdi>
            </li>
            {theirs.username !== null && (
              <li>
                <bdi>{t('linking:facts.username', { username: theirs.username })}</bdi>
              </li>
            )}
            <li>{t('linking:facts.id', { digits: theirs.lastDigits })}</li>
          </ul>
          <p class="soft">{t('weblink:question.newcomer')}</p>
        </section>
      )}
      {preview && <PreviewTable ui={ui} shown={preview} />}
      {refusal ? (
        <>
          <Alert title={t('weblink:question.impossible')} text={phraseText(ui, linkRefusalPhrase(refusal))} />
          <p>
            <a class="button" href="/link">
              {t('weblink:question.back')}
            </a>
          </p>
        </>
      ) : (
        <section class="card settings-card">
          <p>
            <strong>{t('linking:ask.one_account', { name })}</strong>
          </p>
          <p>{t('weblink:question.discord_warning')}</p>
          <p class="soft">{t('linking:ask.until', { time: ui.moment(expiresAt) })}</p>
          <Answer
            ui={ui}
            action="/link/confirm"
            token={model.token}
            request={request}
            merge={preview !== null}
          />
        </section>
      )}
    </OwnPage>
  )
}

/** Between our form and Discord: leads on by itself (a Refresh header), or by a press. */
export function ToDiscordPage({ ui, frame, url }: PageProps & { url: string }) {
  const { t } = ui
  return (
    <OwnPage ui={ui} frame={frame} title={t('weblink:go.title')} lead={t('weblink:go.text')}>
      <p>
        <a class="button button-discord" href={url} rel="nofollow noreferrer">
          {t('weblink:go.open')}
        </a>
      </p>
    </OwnPage>
  )
}
