// Turns the pieces of a message, read on the server, into nodes. Strings become text nodes only.
import { el, locale, t, tinted } from './sandbox-discord-dom.js'

const TAGS = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strike: 's',
  quote: 'blockquote',
  small: 'small',
}
const STYLES = {
  t: { hour: '2-digit', minute: '2-digit' },
  T: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  d: { day: '2-digit', month: '2-digit', year: 'numeric' },
  D: { day: 'numeric', month: 'long', year: 'numeric' },
  f: { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  F: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
}
const STEPS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })

function fromNow(seconds) {
  const away = seconds - Date.now() / 1000
  const [unit, size] = STEPS.find(([, length]) => Math.abs(away) >= length) ?? STEPS.at(-1)
  return relative.format(Math.round(away / size), unit)
}

function timeNode({ at, f }) {
  const date = new Date(at * 1000)
  if (Number.isNaN(date.getTime())) return document.createTextNode(`<t:${at}>`)
  const full = new Intl.DateTimeFormat(locale, STYLES.F).format(date)
  const text = f === 'R' ? fromNow(at) : new Intl.DateTimeFormat(locale, STYLES[f]).format(date)
  return el('time', { className: 'dc-time', datetime: date.toISOString(), title: full }, text)
}

function spoiler(children) {
  const cover = el('button', { type: 'button', className: 'dc-spoiler', 'aria-label': t('spoiler') })
  cover.append(el('span', { 'aria-hidden': 'true' }, children))
  cover.addEventListener('click', () => cover.replaceWith(el('span', { className: 'dc-revealed' }, children)))
  return cover
}

function node(piece) {
  if (typeof piece === 'string') return document.createTextNode(piece)
  switch (piece.t) {
    case 'br':
      return el('br')
    case 'code':
      return el('code', {}, piece.s)
    case 'pre':
      return el('pre', { tabindex: 0 }, el('code', {}, piece.s))
    case 'mention':
      return tinted(el('bdi', { className: 'dc-mention' }, piece.s), piece.color)
    case 'time':
      return timeNode(piece)
    case 'link':
      return el('a', { href: piece.href, target: '_blank', rel: 'noopener noreferrer' }, nodes(piece.c))
    case 'spoiler':
      return spoiler(nodes(piece.c))
    case 'item':
      return el('span', { className: 'dc-item' }, nodes(piece.c))
    case 'h1':
    case 'h2':
    case 'h3':
      return el('strong', { className: `dc-${piece.t}` }, nodes(piece.c))
    default:
      return el(TAGS[piece.t] ?? 'span', {}, nodes(piece.c))
  }
}

/** Nodes for a list of pieces. */
export function nodes(pieces) {
  return pieces.map(node)
}
