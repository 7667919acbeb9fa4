// The conversation: bubbles by message, kept in step with the store without redrawing what did not change.
import { bubble, serviceText } from './sandbox-bubble.js'
import { byId, dayOf, el, t } from './sandbox-dom.js'

const NEAR_END = 80
const RUN_SECONDS = 600

export function createLog(store, acts) {
  const box = byId('tg-log')
  const down = byId('tg-down')
  const nodes = new Map()
  let shownChat

  const toEnd = () => box.scrollTo({ top: box.scrollHeight })
  const nearEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END
  down.addEventListener('click', toEnd)
  box.addEventListener('scroll', () => {
    down.hidden = nearEnd()
  })
  // The keyboard of a phone, or a longer draft, must not push the newest message out of sight.
  new ResizeObserver(() => {
    if (down.hidden) toEnd()
  }).observe(box)

  function show(chat, options = {}) {
    if (!chat) return
    const view = `${store.me}:${chat.id}`
    const isNew = shownChat !== view
    const stay = !isNew && !options.toEnd && !nearEnd()
    if (isNew) {
      nodes.clear()
      box.replaceChildren()
    }
    const wanted = itemsOf(chat)
    const focus = focusedKey()
    const keep = new Set(wanted.map(({ key }) => key))
    for (const [key, { node }] of nodes) {
      if (keep.has(key)) continue
      node.remove()
      nodes.delete(key)
    }
    let next = box.firstChild
    for (const { key, signature, make } of wanted) {
      let entry = nodes.get(key)
      if (!entry || entry.signature !== signature) {
        const node = make()
        if (entry) {
          if (next === entry.node) next = entry.node.nextSibling
          // Only a bubble that is new moves in; a changed one just changes.
          node.classList.add('still')
          entry.node.remove()
        }
        entry = { node, signature }
        nodes.set(key, entry)
      }
      if (entry.node === next) next = next.nextSibling
      else box.insertBefore(entry.node, next)
    }
    restoreFocus(focus)
    shownChat = view
    if (!stay) toEnd()
    down.hidden = nearEnd()
  }

  function itemsOf(chat) {
    if (chat.messages.length === 0) return [aboutCard(chat)]
    const waiting = new Set(store.waiting.values())
    const items = []
    let lastDay
    chat.messages.forEach((message, index) => {
      const day = dayOf(message.date)
      if (day !== lastDay) {
        items.push({
          key: `day ${day}`,
          signature: day,
          make: () => el('div', { className: 'tg-pill' }, day),
        })
      }
      lastDay = day
      const look = {
        own: message.from?.id === store.me && !message.sender_chat,
        showSender: chat.type !== 'private',
        first: !sameRun(chat.messages[index - 1], message),
        last: !sameRun(message, chat.messages[index + 1]),
        taken: !waiting.has(message.message_id),
        busy: store.busy.get(message.message_id),
      }
      items.push({
        key: String(message.message_id),
        signature: JSON.stringify([message, look]),
        make: () => bubble(message, look, acts),
      })
    })
    return items
  }

  function aboutCard(chat) {
    const isBot = chat.type === 'private'
    const text = t(isBot ? 'chat.about' : 'chat.groupAbout')
    const title = isBot && el('b', { className: 'tg-about-title' }, t('chat.aboutTitle'))
    return { key: 'about', signature: text, make: () => el('div', { className: 'tg-about' }, title, text) }
  }

  /** Which button of which message has the focus: it may be drawn anew under the person's finger. */
  function focusedKey() {
    const active = document.activeElement
    if (!box.contains(active) || active === box) return undefined
    for (const [key, { node }] of nodes) {
      if (node.contains(active))
        return { key, index: [...node.querySelectorAll('button, a')].indexOf(active) }
    }
    return undefined
  }

  function restoreFocus(focus) {
    const node = focus && nodes.get(focus.key)?.node
    if (!focus || node?.contains(document.activeElement)) return
    const target = node?.querySelectorAll('button, a')[focus.index] ?? box
    target.focus({ preventScroll: true })
  }

  return { show }
}

function sameRun(a, b) {
  if (!a || !b || serviceText(a) || serviceText(b)) return false
  const sender = (message) => message.sender_chat?.id ?? message.from?.id
  return sender(a) === sender(b) && b.date - a.date < RUN_SECONDS
}
