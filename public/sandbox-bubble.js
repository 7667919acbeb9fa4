// One message as a bubble, with its keyboard.
import { base, el, svg, t, timeOf } from './sandbox-dom.js'
import { formatted } from './sandbox-format.js'

export const nameOf = (user) =>
  user?.last_name ? `${user.first_name} ${user.last_name}` : (user?.first_name ?? '')

/** First letters of the given words, as Telegram shows them where there is no picture. */
export function initialsOf(...words) {
  return words
    .map((word) => /[\p{L}\p{N}]/u.exec(word ?? '')?.[0] ?? '')
    .join('')
    .toUpperCase()
}

export const hueOf = (user) => (user?.is_bot ? 'hue-bot' : `hue-${Math.abs(user?.id ?? 0) % 7}`)

export function face(user, className = '') {
  return el(
    'span',
    { className: `tg-face ${hueOf(user)} ${className}`, 'aria-hidden': 'true' },
    initialsOf(user?.first_name, user?.last_name),
  )
}

/** What a message says in one line: for the chat list and quotes. */
export function summaryOf(message) {
  if (message.sticker) return `${message.sticker.emoji} ${t('chat.sticker')}`
  const text = message.text ?? message.caption
  if (text) return withoutSpoilers(text, message.entities ?? message.caption_entities)
  if (message.photo) return t('chat.photo')
  return serviceText(message)
}

function withoutSpoilers(text, entities = []) {
  const covered = entities.filter(({ type }) => type === 'spoiler')
  return covered.reduce(
    (shown, { offset, length }) => shown.slice(0, offset) + '░'.repeat(length) + shown.slice(offset + length),
    text,
  )
}

/** The words of a service message, or undefined when this is none. */
export function serviceText(message) {
  if (message.new_chat_members)
    return t('chat.joined', { name: message.new_chat_members.map(nameOf).join(', ') })
  if (message.left_chat_member) return t('chat.left', { name: nameOf(message.left_chat_member) })
  if (message.migrate_from_chat_id || message.migrate_to_chat_id) return t('chat.upgraded')
  return undefined
}

/**
 * `look`: own, first and last of a run by one sender, showSender (in groups), taken (the bot has it), busy (callback
 * data of the button that waits for an answer).
 */
export function bubble(message, look, acts) {
  const service = serviceText(message)
  if (service) return el('div', { className: 'tg-pill' }, el('bdi', {}, service))
  const sender = message.sender_chat
    ? { id: message.sender_chat.id, first_name: message.sender_chat.title }
    : message.from
  const withPicture = look.showSender && !look.own
  const text = message.text ?? message.caption
  const classes = ['tg-message', look.own && 'own', look.first && 'first', look.last && 'last']
  if (message.photo) classes.push('with-photo', !text && 'photo-only')
  if (message.sticker) classes.push('with-sticker')
  if (message.edit_date) classes.push('edited')
  return el(
    'article',
    { className: classes.filter(Boolean).join(' '), 'aria-label': look.own ? t('chat.you') : nameOf(sender) },
    withPicture && (look.last ? face(sender) : el('span', { className: 'tg-face-gap' })),
    el(
      'div',
      { className: 'tg-bubble' },
      withPicture && look.first && el('bdi', { className: `tg-name ${hueOf(sender)}` }, nameOf(sender)),
      forwardLine(message),
      quote(message.reply_to_message),
      picture(message, sender),
      message.sticker && el('span', { className: 'tg-sticker' }, message.sticker.emoji),
      text &&
        el(
          'div',
          { className: 'tg-text', dir: 'auto' },
          formatted(text, message.entities ?? message.caption_entities, acts),
        ),
      meta(message, look),
    ),
    keyboard(message, look, acts),
  )
}

function forwardLine({ forward_origin: origin }) {
  if (!origin) return undefined
  const name = origin.sender_user
    ? nameOf(origin.sender_user)
    : (origin.chat?.title ?? origin.sender_user_name ?? '')
  return el('span', { className: 'tg-forward' }, el('bdi', {}, t('chat.forwarded', { name })))
}

function quote(message) {
  if (!message) return undefined
  return el(
    'span',
    { className: `tg-quote ${hueOf(message.from)}` },
    el('b', {}, el('bdi', {}, nameOf(message.from))),
    el('span', { dir: 'auto' }, summaryOf(message)),
  )
}

function picture({ photo }, sender) {
  const size = photo?.at(-1)
  if (!size) return undefined
  return el('img', {
    className: 'tg-photo',
    src: `${base}/telegram/photo/${size.file_unique_id}`,
    width: size.width,
    height: size.height,
    alt: t('chat.photoAlt', { name: nameOf(sender) }),
  })
}

function meta(message, look) {
  return el(
    'span',
    { className: 'tg-meta' },
    message.edit_date && t('chat.edited'),
    el('time', {}, timeOf(message.date)),
    look.own && ticks(look.taken),
  )
}

/** One tick: sent. Two: the bot has confirmed it. */
function ticks(taken) {
  const mark = svg('tg-ticks', taken ? 'M1 8l4 4 8-9M8 11l1 1 8-9' : 'M4 8l4 4 8-9', '0 0 18 14')
  return el('span', { role: 'img', 'aria-label': t(taken ? 'chat.taken' : 'chat.sent') }, mark)
}

function keyboard(message, look, acts) {
  const rows = message.reply_markup?.inline_keyboard
  if (!rows) return undefined
  return el(
    'div',
    { className: 'tg-keys' },
    rows.map((row) =>
      el(
        'div',
        { className: 'tg-keys-row' },
        row.map((button) => key(message, button, look, acts)),
      ),
    ),
  )
}

function key(message, button, look, acts) {
  const style = ['primary', 'success', 'danger'].includes(button.style) ? button.style : ''
  const label = el('bdi', {}, button.text)
  if (button.url && /^https?:\/\//i.test(button.url)) {
    const props = {
      className: `tg-key leads ${style}`,
      href: button.url,
      target: '_blank',
      rel: 'noopener noreferrer',
    }
    return el('a', { ...props, onClick: (event) => acts.link(button.url) && event.preventDefault() }, label)
  }
  const waits = button.callback_data !== undefined && look.busy === button.callback_data
  const press = () => {
    if (button.callback_data !== undefined) acts.press(message, button.callback_data)
    else if (button.copy_text) void navigator.clipboard?.writeText(button.copy_text.text)
  }
  return el(
    'button',
    {
      type: 'button',
      className: `tg-key ${style} ${waits ? 'busy' : ''}`,
      'aria-busy': waits && 'true',
      onClick: press,
    },
    label,
  )
}
