import { en } from '../../i18n/en/index.js'
import { ru } from '../../i18n/ru/index.js'
import type { Translate } from '../../i18n/translate.js'
import { discordRoutes } from '../discord/pane/routes.js'
import type { DiscordSandbox } from '../discord/server.js'
import type { PaneView, PlaygroundPane } from './pane.js'

/** Line icons on a 24-unit square, drawn for this pane; the script uses them by name. */
const ICONS = {
  menu: 'M4 7h16M4 12h16M4 17h10',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.6-4 3-6 6.5-6s5.9 2 6.5 6M16 4.4a3.5 3.5 0 0 1 0 6.3M18 14.6c2 .8 3.2 2.6 3.6 5.4',
  hash: 'M9.5 4L7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16',
  thread: 'M5 4v9a3 3 0 0 0 3 3h11M15 12l4 4-4 4',
  forum: 'M4 5h16v10H10l-4 4v-4H4z',
  news: 'M4 10v4l3 .4L18 19V5L7 9.6zM7.5 14.5l1.5 5',
  speaker: 'M4 10v4h4l5 4V6L8 10zM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11',
  mic: 'M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4zM6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3.5',
  ears: 'M5 14v-2a7 7 0 0 1 14 0v2M5 14h3v6H6a1 1 0 0 1-1-1zM19 14h-3v6h2a1 1 0 0 0 1-1z',
  hangup: 'M4 14c4-4.5 12-4.5 16 0l-2 2.5-3.5-1.5v-2.4a9 9 0 0 0-5 0V15L6 16.500z',
  slash: 'M15.5 4l-7 16M4 4h16v16H4z',
  send: 'M4 12l16-8-5 16-3-7z',
  edit: 'M5 19l1-4L16 5l3 3L9 18z',
  trash: 'M5 7h14M9 7V4.5h6V7M7 7l1 13h8l1-13',
  reply: 'M10 6l-6 5 6 5v-3.500c5 0 8 1.500 10 5 0-6-3.500-9-10-9z',
  eye: 'M3 12c4-6.500 14-6.500 18 0-4 6.500-14 6.500-18 0zM12 14.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  close: 'M6 6l12 12M18 6L6 18',
  exit: 'M10 5H5v14h5M13 8l4 4-4 4M17 12H9',
  down: 'M6 9l6 6 6-6',
  struck: 'M4 4l16 16',
} as const

function Glyph({ name }: { name: keyof typeof ICONS }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <use href={`#dci-${name}`} />
    </svg>
  )
}

function Sprite() {
  return (
    <svg class="dc-sprite" aria-hidden="true" focusable="false">
      {Object.entries(ICONS).map(([name, d]) => (
        <symbol id={`dci-${name}`} viewBox="0 0 24 24">
          <path d={d} />
        </symbol>
      ))}
    </svg>
  )
}

function Chat({ say }: { say: Translate }) {
  return (
    <div class="dc-chat">
      <header class="dc-head">
        <button
          type="button"
          class="dc-tool"
          id="dc-open-channels"
          aria-label={say('showChannels')}
          aria-expanded="false"
        >
          <Glyph name="menu" />
        </button>
        <h2 class="dc-title" id="dc-title">
          {say('title')}
        </h2>
        <button
          type="button"
          class="dc-tool"
          id="dc-open-members"
          aria-label={say('showMembers')}
          aria-expanded="false"
        >
          <Glyph name="people" />
        </button>
      </header>
      <div class="dc-log" id="dc-log" role="log" aria-label={say('log')} tabindex={0} />
      <button type="button" class="dc-bottom" id="dc-bottom" aria-label={say('toBottom')} hidden>
        <Glyph name="down" />
      </button>
      <p class="dc-status" id="dc-status" role="status" hidden />
      <div class="dc-picker" id="dc-picker" role="listbox" aria-label={say('commands')} hidden />
      <form class="dc-command" id="dc-command" hidden />
      <form class="dc-composer" id="dc-composer">
        <p class="dc-replying" id="dc-replying" hidden />
        <button
          type="button"
          class="dc-tool"
          id="dc-slash"
          aria-label={say('commands')}
          aria-expanded="false"
        >
          <Glyph name="slash" />
        </button>
        <textarea class="dc-input" id="dc-input" rows={1} maxlength={2000} autocomplete="off" />
        <button type="submit" class="dc-tool dc-send" aria-label={say('send')}>
          <Glyph name="send" />
        </button>
      </form>
      <div class="dc-gate" id="dc-gate" hidden />
    </div>
  )
}

function Pane({ view }: { view: PaneView }) {
  const say: Translate = (key, values) => view.t(`sandboxDiscord:pane.${key}`, values)
  const words = JSON.stringify({ ru, en }[view.locale].sandboxDiscord.pane)
  return (
    <div class="dc" id="dc" data-root={`${view.base}/discord`} data-locale={view.locale} data-words={words}>
      <Sprite />
      <section class="dc-people" id="dc-people" aria-label={say('people')} />
      <div class="dc-body">
        <div class="dc-shade" id="dc-shade" hidden />
        <div class="dc-left" id="dc-left">
          <nav class="dc-rail" id="dc-rail" aria-label={say('servers')} />
          <div class="dc-side">
            <header class="dc-side-head">
              <h2 class="dc-guild" id="dc-guild">
                {say('servers')}
              </h2>
              <button
                type="button"
                class="dc-tool"
                id="dc-leave"
                aria-label={say('leave')}
                title={say('leave')}
                hidden
              >
                <Glyph name="exit" />
              </button>
            </header>
            <nav class="dc-channels" id="dc-channels" aria-label={say('channels')} />
            <div class="dc-call" id="dc-call" hidden />
          </div>
        </div>
        <Chat say={say} />
        <aside class="dc-members" id="dc-members" aria-label={say('members')} />
      </div>
      <dialog class="dc-dialog" id="dc-dialog" />
    </div>
  )
}

/** The playground's Discord: write as several people, sit in voice, use commands and buttons, see roles and answers. */
export function discordPane(sandbox: DiscordSandbox): PlaygroundPane {
  return {
    name: 'discord',
    title: (t) => t('sandboxDiscord:pane.title'),
    render: async (view) => <Pane view={view} />,
    styles: ['sandbox-discord.css', 'sandbox-discord-chat.css'],
    scripts: ['sandbox-discord.js'],
    routes: discordRoutes(sandbox),
  }
}
