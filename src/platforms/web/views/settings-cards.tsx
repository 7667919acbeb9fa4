import type { Child } from '#jsx/jsx-runtime'
import type { AccountSettings } from '../../../core/accounts/settings.js'
import { LOCALES } from '../../../i18n/translate.js'
import { Form } from './form.js'
import type { Ui } from './ui.js'
import { memberHref } from './urls.js'

type PictureSource = 'generated' | 'telegram' | 'discord'

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

export type Part = { ui: Ui; model: SettingsModel }

/** One subject with its words and its form. */
export function Card(props: { id: string; title: string; lead?: string; children: Child }) {
  return (
    <section class="card settings-card" id={props.id} aria-labelledby={`${props.id}-title`}>
      <h2 id={`${props.id}-title`}>{props.title}</h2>
      {props.lead && <p class="soft">{props.lead}</p>}
      {props.children}
    </section>
  )
}

/** The button of every card. */
export function Save({ ui }: { ui: Ui }) {
  return (
    <button class="button button-small" type="submit">
      {ui.t('settings:save')}
    </button>
  )
}

export function NameCard({ ui, model }: Part) {
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

export function PictureCard({ ui, model }: Part) {
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

export function LanguageCard({ ui, model }: Part) {
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
