// One message as Discord shows it: byline, text, embeds, buttons, tools.
import { act, el, face, glyph, locale, nameNode, now, root, t, tinted } from './sandbox-discord-dom.js'
import { nodes } from './sandbox-discord-text.js'

const BUTTONS = { 1: 'primary', 2: 'secondary', 3: 'success', 4: 'danger', 5: 'secondary' }
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
let onReply = () => {}
let onPerson = () => {}

/** `reply(message)` and `person(id)` are called when someone asks for them. */
export function listen({ reply, person }) {
  onReply = reply
  onPerson = person
}

const file = (path) => `${root.dataset.root}/file/${path}`

function embedNode(embed) {
  const box = tinted(el('div', { className: 'dc-embed' }), embed.color, '--bar')
  if (embed.author) box.append(el('p', { className: 'dc-embed-author' }, embed.author))
  const title = nodes(embed.title)
  if (title.length > 0) {
    const linked = /^https?:\/\//.test(embed.url ?? '')
    const inner = linked
      ? el('a', { href: embed.url, target: '_blank', rel: 'noopener noreferrer' }, title)
      : title
    box.append(el('p', { className: 'dc-embed-title' }, inner))
  }
  if (embed.text.length > 0) box.append(el('div', { className: 'dc-text' }, nodes(embed.text)))
  if (embed.fields.length > 0) {
    const fields = embed.fields.map((one) =>
      el(
        'div',
        { className: one.inline ? 'dc-field inline' : 'dc-field' },
        el('dt', {}, nodes(one.name)),
        el('dd', {}, nodes(one.value)),
      ),
    )
    box.append(el('dl', { className: 'dc-fields' }, fields))
  }
  if (embed.image) box.append(el('img', { className: 'dc-picture', src: file(embed.image), alt: '' }))
  if (embed.footer) box.append(el('p', { className: 'dc-embed-footer' }, embed.footer))
  return box
}

function buttonNode(message, button) {
  const emoji = button.emoji?.name ? `${button.emoji.name} ` : ''
  const text = `${emoji}${button.label ?? ''}`.trim()
  const className = `dc-button ${BUTTONS[button.style] ?? 'secondary'}`
  if (button.style === 5) {
    const safe = /^https?:\/\//.test(button.url)
    return el(
      'a',
      { className, href: safe ? button.url : undefined, target: '_blank', rel: 'noopener noreferrer' },
      text,
    )
  }
  const node = el('button', { type: 'button', className, disabled: button.disabled === true }, text)
  node.addEventListener('click', async () => {
    node.classList.add('busy')
    await act('press', { message: message.id, component: button.custom_id })
    node.classList.remove('busy')
  })
  return node
}

function selectOptions(menu) {
  if (menu.type === 3) return menu.options.map((one) => [one.value, one.label])
  const guild = now.state.guilds.find((one) => one.id === now.guild)
  if (menu.type === 6) return (guild?.roles ?? []).map((one) => [one.id, one.name])
  if (menu.type === 8) return (guild?.channels ?? []).map((one) => [one.id, `#${one.name}`])
  return (guild?.groups ?? []).flatMap((one) => one.members).map((one) => [one.id, one.name])
}

function selectNode(message, menu) {
  const many = (menu.max_values ?? 1) > 1
  const placeholder = menu.placeholder ?? t('pick')
  const offered = selectOptions(menu).map(([value, label]) => el('option', { value }, label))
  const node = el(
    'select',
    { className: 'dc-select', 'aria-label': placeholder, multiple: many, disabled: menu.disabled === true },
    many ? [] : el('option', { value: '', selected: true, disabled: true, hidden: true }, placeholder),
    offered,
  )
  node.addEventListener('change', () => {
    const values = [...node.selectedOptions].map((one) => one.value).filter(Boolean)
    void act('select', { message: message.id, component: menu.custom_id, values })
  })
  return node
}

function componentRow(message, row) {
  const inner = (row.components ?? []).map((one) =>
    one.type === 2 ? buttonNode(message, one) : selectNode(message, one),
  )
  return el('div', { className: 'dc-row' }, inner)
}

function fileNode(one) {
  if (one.picture) return el('img', { className: 'dc-picture', src: file(one.path), alt: one.name })
  return el('p', { className: 'dc-file' }, one.name)
}

function editForm(message, box) {
  const input = el('textarea', { className: 'dc-input', rows: 2, maxlength: 2000, 'aria-label': t('edit') })
  input.value = message.raw
  const close = () => form.replaceWith(box)
  const form = el(
    'form',
    { className: 'dc-edit' },
    input,
    el('button', { type: 'button', className: 'dc-button secondary', onClick: close }, t('cancel')),
    el('button', { type: 'submit', className: 'dc-button primary' }, t('save')),
  )
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (await act('edit', { message: message.id, text: input.value })) close()
  })
  box.replaceWith(form)
  input.focus()
}

function tools(message, box) {
  const tool = (name, label, run) =>
    el(
      'button',
      { type: 'button', className: 'dc-tool small', 'aria-label': label, title: label, onClick: run },
      glyph(name),
    )
  const list = [tool('reply', t('reply'), () => onReply(message))]
  if (message.mine) {
    list.push(tool('edit', t('edit'), () => editForm(message, box)))
    list.push(tool('trash', t('delete'), () => act('delete', { message: message.id })))
  }
  return el('div', { className: 'dc-tools' }, list)
}

function badge({ author }) {
  if (author.webhook) return el('span', { className: 'dc-badge' }, t('webhook'))
  return author.bot ? el('span', { className: 'dc-badge' }, t('app')) : null
}

function head(message) {
  const name = nameNode(message.author)
  const opener = message.author.key
    ? el('button', { type: 'button', className: 'dc-who', onClick: () => onPerson(message.author.id) }, name)
    : name
  return el(
    'p',
    { className: 'dc-byline' },
    opener,
    badge(message),
    el('time', { className: 'dc-when' }, clock.format(message.at)),
  )
}

function body(message) {
  const box = el('div', { className: 'dc-text' })
  if (message.thinking)
    box.append(el('em', { className: 'dc-thinking' }, t('thinking', { name: message.author.name })))
  else box.append(...nodes(message.pieces))
  if (message.edited) box.append(' ', el('small', { className: 'dc-note' }, `(${t('edited')})`))
  if (message.crosspost) box.append(' ', el('small', { className: 'dc-note' }, `(${t('crosspost')})`))
  return box
}

function context(message) {
  if (message.used) {
    const text = `${t('used', { name: message.used.name })} `
    return el('p', { className: 'dc-context' }, glyph('slash'), text, el('b', {}, `/${message.used.command}`))
  }
  if (!message.reply) return null
  return el(
    'p',
    { className: 'dc-context' },
    glyph('reply'),
    el('bdi', {}, message.reply.name),
    ' ',
    message.reply.text,
  )
}

function privateNote(message) {
  const dismiss = el('button', { type: 'button', className: 'dc-link' }, t('dismiss'))
  dismiss.addEventListener('click', () => act('delete', { message: message.id }))
  return el('p', { className: 'dc-private' }, glyph('eye'), `${t('onlyYou')} · `, dismiss)
}

/** Draws a message; `together` leaves out what the one above it says already. */
export function messageNode(message, together) {
  if (message.system) {
    const text = t(`system.${message.system}`, { name: message.author.name })
    return el(
      'article',
      { className: 'dc-message system' },
      glyph('exit'),
      el('p', {}, text, ' ', el('time', { className: 'dc-when' }, clock.format(message.at))),
    )
  }
  const box = body(message)
  const marks = [
    together && 'together',
    message.forMe && 'private',
    message.pinged && !message.mine && 'pinged',
  ]
  return el(
    'article',
    { className: ['dc-message', ...marks.filter(Boolean)].join(' ') },
    context(message),
    together ? null : face(message.author),
    el(
      'div',
      { className: 'dc-content' },
      together ? null : head(message),
      box,
      message.embeds.map(embedNode),
      message.files.map(fileNode),
      message.components.map((row) => componentRow(message, row)),
      message.forMe ? privateNote(message) : null,
    ),
    message.forMe ? null : tools(message, box),
  )
}

/** Draws the line about an application that did not answer. */
export function failedNode({ at, name }) {
  const text = name ? `/${name}: ${t('failed')}` : t('failed')
  return el(
    'article',
    { className: 'dc-message failed' },
    el('p', {}, text, ' ', el('time', { className: 'dc-when' }, clock.format(at))),
  )
}
