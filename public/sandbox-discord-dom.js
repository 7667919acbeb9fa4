// What the Discord pane's scripts share: words, icons, faces, and the one way to act.
import { byId, el } from './sandbox-dom.js'

const root = byId('dc')
const tree = JSON.parse(root.dataset.words)
const SVG = 'http://www.w3.org/2000/svg'

export const { locale } = root.dataset
export { byId, el, root }

/** The pane's words for a key, with values put in. */
export function t(key, values = {}) {
  const text = key.split('.').reduce((node, name) => node?.[name], tree) ?? key
  return text.replace(/\{\{(\w+)\}\}/g, (_, name) => String(values[name] ?? ''))
}

/** One of the pane's icons by name. */
export function glyph(name) {
  const node = document.createElementNS(SVG, 'svg')
  node.setAttribute('class', 'icon')
  node.setAttribute('viewBox', '0 0 24 24')
  node.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS(SVG, 'use')
  use.setAttribute('href', `#dci-${name}`)
  node.append(use)
  return node
}

/** A colour as the server gives it (0xRRGGBB) put where the style sheet finds it. */
export function tinted(node, color, property = '--role') {
  if (!color) return node
  node.style.setProperty(property, `#${color.toString(16).padStart(6, '0')}`)
  node.classList.add('dc-tinted')
  return node
}

/** The first letters of a name, without what only dresses it up. */
export function initials(name) {
  const letters = [...name.normalize('NFC')].filter((one) => /[\p{L}\p{N}]/u.test(one))
  return (letters[0] ?? '?').toUpperCase()
}

/** A person's round face. */
export function face({ name, hue, bot }, className = 'dc-face') {
  const style = bot ? 'dc-hue-bot' : `dc-hue-${hue}`
  return el('span', { className: `${className} ${style}`, 'aria-hidden': 'true' }, initials(name))
}

/** A person's name in the colour of their highest role; the direction of the name stays its own. */
export function nameNode(person, className = 'dc-name') {
  return tinted(el('bdi', { className }, person.name), person.color)
}

/** What the visitor looks at: as whom, where, and the last state that came. */
export const now = { as: '', guild: '', channel: '', state: null, seen: new Map() }

let clearStatus
/** Shows a line above the composer for a while. */
export function notice(text) {
  const line = byId('dc-status')
  // A dialog covers everything else, so its own line speaks then.
  const inDialog = document.querySelector('.dc-dialog[open] .dc-dialog-note')
  if (inDialog) inDialog.textContent = text
  line.textContent = text
  line.hidden = text === ''
  clearTimeout(clearStatus)
  if (text !== '') clearStatus = setTimeout(() => notice(''), 5000)
}

/** Does something in the invented Discord as the chosen person. Resolves false when it could not be done. */
export async function act(what, more = {}) {
  try {
    const answer = await fetch(`${root.dataset.root}/act`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ do: what, as: now.as, ...more }),
    })
    const result = await answer.json()
    if (result.ok) notice('')
    else
      notice(
        t(`refused.${result.error}`).startsWith('refused.')
          ? t('refused.other')
          : t(`refused.${result.error}`),
      )
    return result.ok
  } catch {
    notice(t('lost'))
    return false
  }
}
