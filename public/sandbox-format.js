// Turns a Telegram text with entities into nodes. Offsets count UTF-16 units, as JavaScript strings do.
import { el, t } from './sandbox-dom.js'

const BLOCKS = ['pre', 'blockquote', 'expandable_blockquote']
const TAGS = { bold: 'strong', italic: 'em', underline: 'u', strikethrough: 's', code: 'code' }

/** `acts`: `command(text)` sends a command, `link(address)` opens one and returns true when it took care of it. */
export function formatted(text, entities = [], acts) {
  const fragment = document.createDocumentFragment()
  fragment.append(...pieces(text, 0, text.length, entities, acts))
  return fragment
}

function pieces(text, from, to, entities, acts) {
  const inside = entities.filter(({ offset, length }) => offset < to && from < offset + length)
  const block = inside.find(({ type }) => BLOCKS.includes(type))
  if (!block) return inline(text, from, to, inside, acts)
  const start = Math.max(from, block.offset)
  const end = Math.min(to, block.offset + block.length)
  const rest = entities.filter((entity) => entity !== block)
  // A line break beside a block is the block's own edge.
  const before = start > from && text[start - 1] === '\n' ? start - 1 : start
  const after = text[end] === '\n' ? end + 1 : end
  return [
    ...(before > from ? pieces(text, from, before, rest, acts) : []),
    blockNode(block, pieces(text, start, end, rest, acts)),
    ...(after < to ? pieces(text, after, to, rest, acts) : []),
  ]
}

function blockNode({ type }, children) {
  if (type === 'pre') return el('pre', {}, children)
  if (type === 'blockquote') return el('blockquote', {}, children)
  const quote = el('blockquote', { className: 'folds' }, children)
  quote.addEventListener('click', () => quote.classList.toggle('open'))
  return quote
}

function inline(text, from, to, entities, acts) {
  const edges = new Set([from, to])
  for (const { offset, length } of entities) {
    for (const edge of [offset, offset + length]) if (edge > from && edge < to) edges.add(edge)
  }
  const cuts = [...edges].sort((a, b) => a - b)
  const nodes = []
  for (let index = 0; index + 1 < cuts.length; index += 1) {
    const [start, end] = [cuts[index], cuts[index + 1]]
    const active = entities.filter(({ offset, length }) => offset <= start && end <= offset + length)
    let node = document.createTextNode(text.slice(start, end))
    for (const entity of active.reverse()) {
      const whole = text.slice(entity.offset, entity.offset + entity.length)
      node = wrapped(entity, whole, node, acts)
    }
    nodes.push(node)
  }
  return nodes
}

function wrapped(entity, whole, child, acts) {
  const tag = TAGS[entity.type]
  if (tag) return el(tag, {}, child)
  switch (entity.type) {
    case 'spoiler': {
      const props = { type: 'button', className: 'tg-spoiler', 'aria-label': t('chat.spoiler') }
      const cover = el('button', props, el('span', {}, child))
      cover.addEventListener('click', () => cover.replaceWith(child))
      return cover
    }
    case 'bot_command':
      return el('button', { type: 'button', className: 'tg-link', onClick: () => acts.command(whole) }, child)
    case 'text_link':
      return link(entity.url, child, acts)
    case 'url':
      return link(/^[a-z]+:\/\//i.test(whole) ? whole : `https://${whole}`, child, acts)
    case 'mention':
    case 'text_mention':
    case 'hashtag':
    case 'cashtag':
    case 'email':
      return el('span', { className: 'tg-link' }, child)
    default:
      return child
  }
}

function link(address, child, acts) {
  // Only these schemes become links; a text says where anything else would have led.
  if (!/^https?:\/\//i.test(address)) return el('span', { className: 'tg-link' }, child)
  const anchor = el(
    'a',
    { className: 'tg-link', href: address, target: '_blank', rel: 'noopener noreferrer' },
    child,
  )
  anchor.addEventListener('click', (event) => acts.link(address) && event.preventDefault())
  return anchor
}
