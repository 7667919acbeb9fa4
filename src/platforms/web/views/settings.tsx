import type { Child } from 'hono/jsx'
import type { AccountSettings } from '../../../core/accounts/settings.js'
import { LOCALES } from '../../../i18n/translate.js'
import { Alert, Form } from './form.js'
import { Layout, type PageProps } from './layout.js'
import { OwnTabs } from './own-tabs.js'
import type { Ui } from './ui.js'
import { memberHref } from './urls.js'

export type PictureSource = 'generated' | 'telegram' | 'discord'

export type SettingsModel = {
  accountId: number
  displayName: string
  settings: AccountSettings
  /** Null: pictures are not offered here. */
  pictures: { offered: readonly PictureSource[]; source: PictureSource; chosen: boolean } | null
  /** Where notices can go. */
  telegram: boolean
  discord: boolean
  /** Hours that hold while he chose none. */
  usualQuiet: { from: number; to: number }
  password: 'has_password' | 'can_set' | 'no_address'
  email: string | null
  /** Letters can be sent. */
  mail: boolean
  note: { done: string } | { bad: string } | null
  token: string
}

type Part = { ui: Ui; model: SettingsModel }

function Card(props: { id: string; title: string; lead?: string; children: Child }) {
  return (
    <section class="card settings-card" id={props.id} aria-labelledby={`${props.id}-title`}>
      <h2 id={`${props.id}-title`}>{props.title}</h2>
      {props.lead && <p class="soft">{props.lead}</p>}
      {props.children}
    </section>
  )
}

function Save({ ui }: { ui: Ui }) {
  return (
    <button class="button button-small" type="submit">
      {ui.t('settings:save')}
    </button>
  )
}

function NameCard({ ui, model }: Part) {
  const { t } = ui
  const chosen = model.settings.display_name !== null
  return (
    <Card id="name" title={t('settings:name.title')}>
      <Form action="/settings/name" token={model.token}>
        <div class="field">
          <label for="field-name">{t('settings:name.label')}</label>
          <input
            id="field-name"
            name="name"
            value={model.displayName}
            maxlength={128}
            autocomplete="nickname"
            aria-describedby="field-name-hint"
            required
          />
          <p class="field-hint" id="field-name-hint">
            {t('settings:name.hint')} {t(chosen ? 'settings:name.chosen' : 'settings:name.from_platform')}
          </p>
        </div>
        <Save ui={ui} />
      </Form>
    </Card>
  )
}

/** One choice of a few, as a radio button whose label may carry a picture. */
function Radio(props: {
  name: string
  value: string
  on: boolean
  text: string
  lang?: string
  children?: Child
}) {
  return (
    <label class="pick" lang={props.lang}>
      <input type="radio" name={props.name} value={props.value} checked={props.on} />
      {props.children}
      <span>{props.text}</span>
    </label>
  )
}

function PictureCard({ ui, model }: Part) {
  const { t } = ui
  const { pictures } = model
  if (!pictures) return null
  return (
    <Card id="picture" title={t('settings:avatar.title')}>
      <Form action="/settings/avatar" token={model.token}>
        <fieldset class="picks">
          <legend class="visually-hidden">{t('settings:avatar.title')}</legend>
          {pictures.offered.map((source) => (
            <Radio
              name="source"
              value={source}
              on={source === pictures.source}
              text={t(`settings:avatar.${source}`)}
            >
              <img
                class="pick-picture"
                src={`${memberHref(model.accountId)}/avatar?source=${source}`}
                width="64"
                height="64"
                alt=""
                loading="lazy"
              />
            </Radio>
          ))}
        </fieldset>
        {!pictures.chosen && <p class="field-hint">{t('settings:avatar.automatic')}</p>}
        <Save ui={ui} />
      </Form>
    </Card>
  )
}

function LanguageCard({ ui, model }: Part) {
  const { t } = ui
  const now = model.settings.locale ?? ui.locale
  return (
    <Card id="language" title={t('settings:language.title')} lead={t('settings:language.hint')}>
      <Form action="/settings/language" token={model.token}>
        <fieldset class="picks">
          <legend class="visually-hidden">{t('settings:language.title')}</legend>
          {LOCALES.map((locale) => (
            <Radio
              name="locale"
              value={locale}
              on={locale === now}
              text={t(`settings:language.${locale}`)}
              lang={locale}
            />
          ))}
        </fieldset>
        <Save ui={ui} />
      </Form>
    </Card>
  )
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)

function Hour({ ui, name, value }: { ui: Ui; name: 'from' | 'to'; value: number }) {
  return (
    <label class="hour">
      <span>{ui.t(`settings:notices.${name}`)}</span>
      <select name={`quiet_${name}`}>
        {HOURS.map((hour) => (
          <option value={String(hour)} selected={hour === value}>
            {`${String(hour).padStart(2, '0')}:00`}
          </option>
        ))}
      </select>
    </label>
  )
}

function NoticesCard({ ui, model }: Part) {
  const { t } = ui
  const { settings, usualQuiet } = model
  if (!model.telegram && !model.discord) {
    return (
      <Card id="notices" title={t('settings:notices.title')} lead={t('settings:notices.lead')}>
        <p>
          <a href="/link">{t('settings:notices.none')}</a>
        </p>
      </Card>
    )
  }
  return (
    <Card id="notices" title={t('settings:notices.title')} lead={t('settings:notices.lead')}>
      <Form action="/settings/notices" token={model.token}>
        <div class="picks">
          {(['telegram', 'discord'] as const)
            .filter((platform) => model[platform])
            .map((platform) => (
              <label class="pick">
                <input
                  type="checkbox"
                  name={platform}
                  value="on"
                  checked={settings.notices && settings[`notices_${platform}`]}
                />
                <span>{t(`settings:notices.${platform}`)}</span>
              </label>
            ))}
        </div>
        <fieldset class="hours" aria-describedby="quiet-hint">
          <legend>{t('settings:notices.quiet')}</legend>
          <Hour ui={ui} name="from" value={settings.quiet_from ?? usualQuiet.from} />
          <Hour ui={ui} name="to" value={settings.quiet_to ?? usualQuiet.to} />
          <p class="field-hint" id="quiet-hint">
            {t('settings:notices.hint')}
          </p>
        </fieldset>
        <Save ui={ui} />
      </Form>
    </Card>
  )
}

function PrivacyCard({ ui, model }: Part) {
  const { t } = ui
  const hidden = model.settings.private
  return (
    <Card id="privacy" title={t('settings:privacy.title')} lead={t('settings:privacy.lead')}>
      <Form action="/settings/privacy" token={model.token}>
        <p class="settings-now">{t(hidden ? 'settings:privacy.now_hidden' : 'settings:privacy.now_open')}</p>
        <input type="hidden" name="private" value={hidden ? 'off' : 'on'} />
        <button class="button button-small button-quiet" type="submit">
          {t(hidden ? 'settings:privacy.show' : 'settings:privacy.hide')}
        </button>
      </Form>
    </Card>
  )
}

function EntryCard({ ui, model }: Part) {
  const { t } = ui
  const { email, password } = model
  return (
    <Card id="entry" title={t('settings:entry.title')}>
      <dl class="entry">
        <div>
          <dt>{t('settings:entry.email')}</dt>
          <dd>
            <span class="entry-value">{email ?? t('settings:entry.email_none')}</span>
            {model.mail ? (
              <a href="/settings/email">
                {t(email === null ? 'settings:entry.email_add' : 'settings:entry.email_change')}
              </a>
            ) : (
              <span class="soft">{t('settings:entry.email_off')}</span>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('settings:entry.password')}</dt>
          <dd>
            {password === 'no_address' ? (
              <span class="soft">{t('settings:entry.password_no_address')}</span>
            ) : (
              <a href="/settings/password">
                {t(
                  password === 'can_set' ? 'settings:entry.password_can_set' : 'settings:entry.password_has',
                )}
              </a>
            )}
          </dd>
        </div>
      </dl>
      <ul class="entry-links">
        <li>
          <a href="/link">{t('settings:entry.linked')}</a>
        </li>
        <li>
          <a href="/settings/sessions">{t('settings:entry.sessions')}</a>
        </li>
        <li>
          <a href="/settings/data">{t('settings:entry.data')}</a>
        </li>
      </ul>
    </Card>
  )
}

/** `/settings`: everything that a member chooses for himself, each choice with its own button. */
export function SettingsPage({ ui, frame, model }: PageProps & { model: SettingsModel }) {
  const { t } = ui
  const { note } = model
  const title = t('settings:title')
  const meta = {
    title: t('auth:brand_title', { title }),
    description: t('web:meta.error_description'),
    index: false,
  }
  return (
    <Layout ui={ui} frame={frame} meta={meta} section={null}>
      <div class="settings">
        <OwnTabs ui={ui} frame={frame} />
        <header>
          <h1>{title}</h1>
          <p class="narrow-lead">{t('settings:lead')}</p>
        </header>
        {note && 'done' in note && <Alert text={t(`settings:done.${note.done}`)} calm />}
        {note && 'bad' in note && <Alert text={t(`settings:bad.${note.bad}`)} />}
        <NameCard ui={ui} model={model} />
        <PictureCard ui={ui} model={model} />
        <LanguageCard ui={ui} model={model} />
        <NoticesCard ui={ui} model={model} />
        <PrivacyCard ui={ui} model={model} />
        <EntryCard ui={ui} model={model} />
      </div>
    </Layout>
  )
}
