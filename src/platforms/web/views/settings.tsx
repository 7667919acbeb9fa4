import { Alert, Form } from './form.js'
import type { PageProps } from './layout.js'
import { OwnPage } from './own-page.js'
import {
  Card,
  LanguageCard,
  NameCard,
  type Part,
  PictureCard,
  Save,
  type SettingsModel,
} from './settings-cards.js'
import type { Ui } from './ui.js'

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
  return (
    <OwnPage ui={ui} frame={frame} title={t('settings:title')} lead={t('settings:lead')}>
      {note && 'done' in note && <Alert text={t(`settings:done.${note.done}`)} calm />}
      {note && 'bad' in note && <Alert text={t(`settings:bad.${note.bad}`)} />}
      <NameCard ui={ui} model={model} />
      <PictureCard ui={ui} model={model} />
      <LanguageCard ui={ui} model={model} />
      <NoticesCard ui={ui} model={model} />
      <PrivacyCard ui={ui} model={model} />
      <EntryCard ui={ui} model={model} />
    </OwnPage>
  )
}
