import type { Translate } from '../../i18n/translate.js'
import type { TelegramSandbox } from '../telegram/start-telegram-sandbox.js'
import type { TgUser } from '../telegram/types.js'
import { Icon } from './icons.js'
import { fullName } from './telegram-view.js'

/** The frame of the Telegram pane; chats and messages are filled in by `public/sandbox-telegram.js`. */
export function TelegramPane({ t, telegram }: { t: Translate; telegram: TelegramSandbox }) {
  const people = telegram.control.people().map(({ user }) => user)
  return (
    <section class="pane pane-telegram" id="pane-telegram" aria-label={t('sandbox:telegram')}>
      <div class="tg" id="tg" data-view="chat">
        <People t={t} people={people} />
        <div class="tg-body">
          <nav class="tg-list" aria-label={t('sandbox:chat.list')}>
            <ul class="tg-chats" id="tg-chats" />
          </nav>
          <div class="tg-chat">
            <Head t={t} title={telegram.bot.first_name} />
            <div class="tg-wall">
              <div class="tg-log" id="tg-log" role="log" aria-label={t('sandbox:chat.log')} tabindex={0} />
              <button
                type="button"
                class="tg-down"
                id="tg-down"
                aria-label={t('sandbox:chat.toBottom')}
                hidden
              >
                <Icon name="down" />
              </button>
              <div class="tg-toast" id="tg-toast" role="status" />
            </div>
            <Composer t={t} />
          </div>
        </div>
        <dialog class="tg-alert" id="tg-alert" aria-labelledby="tg-alert-title">
          <h2 class="tg-alert-title" id="tg-alert-title">
            {telegram.bot.first_name}
          </h2>
          <p class="tg-alert-text" id="tg-alert-text" dir="auto" />
          <form method="dialog">
            <button type="submit" class="tg-alert-ok">
              {t('sandbox:act.ok')}
            </button>
          </form>
        </dialog>
      </div>
    </section>
  )
}

function People({ t, people }: { t: Translate; people: TgUser[] }) {
  return (
    <fieldset class="tg-people" id="tg-people">
      <legend class="tg-people-label">{t('sandbox:people.short')}</legend>
      <div class="tg-people-row">
        {people.map((person, index) => (
          <label class="tg-person" title={fullName(person)}>
            <input
              class="sr"
              type="radio"
              name="as"
              value={String(person.id)}
              checked={index === 0}
              data-name={fullName(person)}
            />
            <span class={`tg-face hue-${person.id % 7}`} aria-hidden="true">
              {initials(person)}
            </span>
            <bdi class="tg-person-name">{person.first_name}</bdi>
            <span class="tg-person-language">{person.language_code ?? ''}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function Head({ t, title }: { t: Translate; title: string }) {
  return (
    <header class="tg-head">
      <button type="button" class="tg-tool tg-back" id="tg-back" aria-label={t('sandbox:chat.back')}>
        <Icon name="back" />
      </button>
      <span class="tg-face" id="tg-head-face" aria-hidden="true" />
      <div class="tg-head-text">
        <h2 class="tg-head-title" id="tg-title" dir="auto">
          {title}
        </h2>
        <p class="tg-head-sub" id="tg-sub" />
      </div>
      <details class="tg-more" id="tg-more">
        <summary class="tg-tool" aria-label={t('sandbox:chat.more')}>
          <Icon name="more" />
        </summary>
        <div class="tg-menu" id="tg-more-menu" />
      </details>
    </header>
  )
}

function Composer({ t }: { t: Translate }) {
  return (
    <div class="tg-bottom">
      <button type="button" class="tg-big" id="tg-big" hidden />
      <form class="tg-compose" id="tg-compose" hidden>
        <button
          type="button"
          class="tg-commands-button"
          id="tg-commands-button"
          aria-expanded="false"
          aria-controls="tg-commands"
          aria-label={t('sandbox:act.menuLabel')}
        >
          <Icon name="menu" />
          <span class="tg-commands-word">{t('sandbox:act.menu')}</span>
        </button>
        <textarea
          class="tg-input"
          id="tg-input"
          rows={1}
          maxlength={4096}
          dir="auto"
          placeholder={t('sandbox:act.write')}
          aria-label={t('sandbox:act.write')}
          enterkeyhint="send"
        />
        <button type="submit" class="tg-tool tg-send" aria-label={t('sandbox:act.send')}>
          <Icon name="send" />
        </button>
      </form>
      <ul class="tg-commands" id="tg-commands" aria-label={t('sandbox:act.menuLabel')} hidden />
    </div>
  )
}

/** First letters of the name's words, as Telegram shows them where there is no picture. */
function initials({ first_name, last_name }: TgUser): string {
  return [first_name, last_name ?? '']
    .map((word) => /[\p{L}\p{N}]/u.exec(word)?.[0] ?? '')
    .join('')
    .toUpperCase()
}
