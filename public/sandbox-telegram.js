// The Telegram pane: keeps what the server streams, shows it, and passes on what the person does.
import { initialsOf, serviceText, summaryOf } from './sandbox-bubble.js'
import { createComposer } from './sandbox-composer.js'
import { byId, el, post, t, timeOf } from './sandbox-dom.js'
import { createLog } from './sandbox-log.js'

const TYPING_MS = 5_000
const TOAST_MS = 3_000
const ANSWER_MS = 15_000

export function startTelegram({ visit, tour, news }) {
  const store = {
    me: 0,
    bot: undefined,
    chats: [],
    open: 0,
    unread: new Map(),
    busy: new Map(),
    waiting: new Map(),
  }
  const root = byId('tg')
  let stream
  let typingTimer
  let toastTimer

  const chatOf = (id) => store.chats.find((chat) => chat.id === id)
  const current = () => chatOf(store.open) ?? store.chats[0]

  const acts = {
    async send(text) {
      const answer = await act({ do: 'send', chat: current().id, text })
      if (answer.updateId) store.waiting.set(answer.updateId, answer.messageId)
      log.show(current(), { toEnd: true })
    },
    command: (text) => acts.send(text),
    async start() {
      const answer = await act({ do: 'start' })
      if (answer.updateId) store.waiting.set(answer.updateId, answer.messageId)
      tour('start')
    },
    async press(message, data) {
      if (store.busy.has(message.message_id)) return
      store.busy.set(message.message_id, data)
      log.show(current())
      const forget = () => {
        store.busy.delete(message.message_id)
        log.show(current())
      }
      const answer = await act({ do: 'press', chat: message.chat.id, message: message.message_id, data })
      if (!answer.ok) forget()
      else setTimeout(forget, ANSWER_MS)
      tour('play')
    },
    // Links to our own site open beside the chat, all others in a tab of their own.
    link(address) {
      const url = new URL(address)
      const ours = ['localhost', '127.0.0.1', '[::1]', location.hostname].includes(url.hostname)
      return ours && url.port === location.port && visit(url.pathname + url.search)
    },
    simple: (what) => act({ do: what, chat: current().id }),
  }
  const log = createLog(store, acts)
  const composer = createComposer(store, acts, current)

  async function act(body) {
    const answer = await post('/telegram/act', { as: store.me, ...body })
    if (!answer.ok) toast(t('state.refused', { reason: answer.error }))
    return answer
  }

  function toast(text) {
    const box = byId('tg-toast')
    box.textContent = text
    box.classList.add('shown')
    clearTimeout(toastTimer)
    toastTimer = setTimeout(() => box.classList.remove('shown'), TOAST_MS)
  }

  function openChat(id, { focus } = {}) {
    store.open = id
    store.unread.delete(id)
    root.dataset.view = 'chat'
    byId('tg-toast').classList.remove('shown')
    render({ toEnd: true })
    if (focus) composer.focus()
  }

  function render(options) {
    renderList()
    renderHead()
    composer.show()
    log.show(current(), options)
  }

  function renderList() {
    const focused = document.activeElement?.dataset?.chat
    byId('tg-chats').replaceChildren(...store.chats.map((chat) => el('li', {}, row(chat))))
    if (focused) document.querySelector(`.tg-row[data-chat="${focused}"]`)?.focus()
  }

  function row(chat) {
    const last = chat.messages.at(-1)
    const unread = store.unread.get(chat.id)
    const who = chat.type !== 'private' && last && !serviceText(last) ? senderOf(last) : undefined
    return el(
      'button',
      {
        type: 'button',
        className: 'tg-row',
        'data-chat': chat.id,
        'aria-current': chat.id === current().id && 'true',
        onClick: () => openChat(chat.id, { focus: true }),
      },
      chatFace(chat),
      el('bdi', { className: 'tg-row-title' }, chat.title),
      el('span', { className: 'tg-row-time' }, last ? timeOf(last.date) : ''),
      el(
        'span',
        { className: 'tg-row-last' },
        who && el('bdi', { className: 'tg-row-who' }, `${who}: `),
        el('bdi', {}, last ? summaryOf(last) : t('chat.empty')),
      ),
      unread
        ? el('span', { className: 'tg-unread', 'aria-label': t('chat.unread', { n: unread }) }, unread)
        : '',
    )
  }

  const senderOf = ({ from, sender_chat: chat }) =>
    chat?.title ?? (from?.id === store.me ? t('chat.you') : (from?.first_name ?? ''))

  function chatFace(chat, id) {
    const letters = initialsOf(...chat.title.split(/\s+/).slice(0, 2))
    const hue = chat.type === 'private' ? 'hue-bot' : `hue-${Math.abs(chat.id) % 7}`
    return el('span', { className: `tg-face ${hue}`, 'aria-hidden': 'true', id }, letters)
  }

  function renderHead() {
    const chat = current()
    byId('tg-head-face').replaceWith(chatFace(chat, 'tg-head-face'))
    byId('tg-title').textContent = chat.title
    const sub = byId('tg-sub')
    if (!sub.classList.contains('busy')) sub.textContent = subtitle(chat)
    const options =
      chat.type === 'private'
        ? chat.started && !chat.blocked
          ? ['block']
          : []
        : chat.member
          ? ['leave']
          : []
    byId('tg-more').hidden = options.length === 0
    byId('tg-more-menu').replaceChildren(
      ...options.map((what) =>
        el(
          'button',
          { type: 'button', className: 'tg-menu-item danger', onClick: () => choose(what) },
          t(`act.${what}`),
        ),
      ),
    )
  }

  function choose(what) {
    byId('tg-more').open = false
    void acts.simple(what)
  }

  function subtitle(chat) {
    return chat.type === 'private' ? t('chat.bot') : t('chat.members', { count: chat.members })
  }

  function typing(action) {
    const sub = byId('tg-sub')
    clearTimeout(typingTimer)
    sub.classList.toggle('busy', action !== undefined)
    if (action === undefined) sub.textContent = subtitle(current())
    else {
      sub.textContent = t(action.startsWith('upload') ? 'chat.uploading' : 'chat.typing')
      typingTimer = setTimeout(() => typing(undefined), TYPING_MS)
    }
  }

  const handlers = {
    state(state) {
      Object.assign(store, { bot: state.bot, chats: state.chats, me: state.me.id })
      if (!chatOf(store.open)) store.open = state.chats[0].id
      const own = state.chats[0]
      if (own.started) tour('start')
      render()
    },
    message({ chatId, message }) {
      const chat = chatOf(chatId)
      if (!chat) return
      chat.messages.push(message)
      if (chat.type === 'private') chat.started = true
      const isOpen = chatId === current().id
      const own = message.from?.id === store.me
      if (!isOpen && !own) store.unread.set(chatId, (store.unread.get(chatId) ?? 0) + 1)
      if (isOpen && !own) typing(undefined)
      if (message.from?.id === store.bot.id) news()
      render({ toEnd: own })
    },
    edited({ chatId, message }) {
      const chat = chatOf(chatId)
      if (!chat) return
      chat.messages = chat.messages.map((old) => (old.message_id === message.message_id ? message : old))
      if (message.from?.id === store.bot.id) news()
      render()
    },
    deleted({ chatId, messageId }) {
      const chat = chatOf(chatId)
      if (!chat) return
      chat.messages = chat.messages.filter((message) => message.message_id !== messageId)
      render()
    },
    action({ chatId, action }) {
      if (chatId === current().id) typing(action)
    },
    answered({ answer, messageId }) {
      store.busy.delete(messageId)
      log.show(current())
      if (answer.url) acts.link(answer.url)
      if (!answer.text) return
      if (!answer.alert) toast(answer.text)
      else {
        byId('tg-alert-text').textContent = answer.text
        byId('tg-alert').showModal()
      }
    },
    confirmed({ updateId }) {
      for (const id of store.waiting.keys()) if (id <= updateId) store.waiting.delete(id)
      log.show(current())
    },
  }

  function become(id) {
    stream?.close()
    Object.assign(store, { me: id, open: id })
    for (const map of [store.unread, store.busy, store.waiting]) map.clear()
    clearTimeout(typingTimer)
    byId('tg-sub').classList.remove('busy')
    stream = new EventSource(`${document.body.dataset.base}/telegram/live?as=${id}`)
    for (const [event, handle] of Object.entries(handlers)) {
      stream.addEventListener(event, ({ data }) => handle(JSON.parse(data)))
    }
    stream.addEventListener('error', () => toast(t('state.lost')))
  }

  byId('tg-people').addEventListener('change', ({ target }) => become(Number(target.value)))
  byId('tg-back').addEventListener('click', () => {
    root.dataset.view = 'list'
    document.querySelector('.tg-row[aria-current]')?.focus()
  })
  document.addEventListener('click', ({ target }) => {
    if (!byId('tg-more').contains(target)) byId('tg-more').open = false
  })
  addEventListener('beforeunload', () => stream?.close())
  become(Number(document.querySelector('#tg-people input:checked').value))
}
