// The list of messages: drawn anew only where something changed, so that what one reads stays put.
import { byId, el, locale, notice, t } from './sandbox-discord-dom.js'
import { failedNode, messageNode } from './sandbox-discord-message.js'

const TOGETHER_MS = 300_000
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' })
const log = byId('dc-log')
const drawn = new Map()

function dayName(at) {
  const midnight = new Date().setHours(0, 0, 0, 0)
  if (at >= midnight) return t('today')
  return at >= midnight - 86_400_000 ? t('yesterday') : day.format(at)
}

/** One entry per line of the log: its key, its content for comparing, and how to draw it. */
function entries({ list, failed }) {
  const lines = []
  let before = null
  const pending = [...failed]
  for (const message of list) {
    while (pending[0]?.at < message.at) lines.push(failedEntry(pending.shift()))
    const date = dayName(message.at)
    if (!before || dayName(before.at) !== date) {
      lines.push({
        key: `day ${date}`,
        text: date,
        draw: () => el('p', { className: 'dc-day' }, el('span', {}, date)),
      })
    }
    const together =
      before !== null &&
      !before.system &&
      !message.system &&
      !message.reply &&
      !message.used &&
      before.author.id === message.author.id &&
      before.author.name === message.author.name &&
      before.forMe === message.forMe &&
      message.at - before.at < TOGETHER_MS &&
      dayName(before.at) === date
    lines.push({
      key: message.id,
      text: JSON.stringify([message, together]),
      draw: () => messageNode(message, together),
    })
    before = message
  }
  for (const one of pending) lines.push(failedEntry(one))
  return lines
}

const failedEntry = (one) => ({ key: `failed ${one.id}`, text: one.id, draw: () => failedNode(one) })
const atBottom = () => log.scrollHeight - log.scrollTop - log.clientHeight < 60

function toBottom() {
  log.scrollTop = log.scrollHeight
}

/** Draws what differs. Keeps the place when one has scrolled up, follows new messages when not. */
export function drawLog(messages, fresh, whenEmpty) {
  if (fresh) {
    drawn.clear()
    log.replaceChildren()
    notice('')
  }
  const follow = fresh || atBottom()
  const lines = entries(messages)
  const keys = new Set(lines.map((one) => one.key))
  for (const [key, { node }] of drawn) {
    if (keys.has(key)) continue
    node.remove()
    drawn.delete(key)
  }
  log.querySelector('.dc-empty')?.remove()
  let previous = null
  for (const line of lines) {
    const known = drawn.get(line.key)
    const node = known?.text === line.text ? known.node : line.draw()
    if (known && known.node !== node) known.node.replaceWith(node)
    else if (!known) previous ? previous.after(node) : log.prepend(node)
    drawn.set(line.key, { node, text: line.text })
    previous = node
  }
  if (lines.length === 0) log.append(el('p', { className: 'dc-empty' }, whenEmpty))
  if (follow) toBottom()
  byId('dc-bottom').hidden = atBottom()
}

log.addEventListener('scroll', () => {
  byId('dc-bottom').hidden = atBottom()
})
byId('dc-bottom').addEventListener('click', toBottom)
// Pictures arrive later than their message and push it up.
log.addEventListener('load', () => atBottom() || toBottom(), true)
