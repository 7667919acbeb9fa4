// The bottom of a chat: the big button (Start, Join), or the field with the bot's command menu.
import { byId, el, t } from './sandbox-dom.js'

export function createComposer(store, acts, current) {
  const big = byId('tg-big')
  const form = byId('tg-compose')
  const input = byId('tg-input')
  const menuButton = byId('tg-commands-button')
  const menu = byId('tg-commands')
  const drafts = new Map()
  let shownFor

  /** What the big button does in this chat; undefined when one can simply write. */
  function bigAct(chat) {
    if (chat.type !== 'private') return chat.member ? undefined : 'join'
    if (chat.blocked) return 'restart'
    return chat.started ? undefined : 'start'
  }

  function show() {
    const chat = current()
    if (!chat) return
    const act = bigAct(chat)
    big.hidden = act === undefined
    form.hidden = act !== undefined
    if (act) big.textContent = t(`act.${act}`)
    big.classList.toggle('invites', act === 'start')
    menuButton.hidden = chat.commands.length === 0
    const key = `${store.me}:${chat.id}`
    if (shownFor !== key) {
      shownFor = key
      input.value = drafts.get(key) ?? ''
      closeMenu()
    } else if (!menu.hidden) openMenu()
  }

  big.addEventListener('click', async () => {
    const act = bigAct(current())
    if (act === 'join') await acts.simple('join')
    else await acts.start()
    focus()
  })

  function matching() {
    const { commands } = current()
    const typed = /^\/(\w*)$/.exec(input.value)?.[1]
    return typed === undefined ? commands : commands.filter(({ command }) => command.startsWith(typed))
  }

  function openMenu() {
    const commands = matching()
    menu.replaceChildren(
      ...commands.map(({ command, description }) =>
        el(
          'li',
          {},
          el(
            'button',
            { type: 'button', className: 'tg-command', onClick: () => choose(command) },
            el('b', {}, `/${command}`),
            el('span', {}, description),
          ),
        ),
      ),
    )
    menu.hidden = commands.length === 0
    menuButton.setAttribute('aria-expanded', String(!menu.hidden))
  }

  function closeMenu() {
    menu.hidden = true
    menuButton.setAttribute('aria-expanded', 'false')
  }

  function choose(command) {
    closeMenu()
    input.value = ''
    void acts.send(`/${command}`)
    focus()
  }

  function focus() {
    // A phone's keyboard would cover half of what the bot says.
    if (!form.hidden && matchMedia('(pointer: fine)').matches) input.focus()
  }

  async function submit() {
    const text = input.value.trim()
    if (!text) return
    input.value = ''
    drafts.delete(shownFor)
    closeMenu()
    await acts.send(text)
  }

  menuButton.addEventListener('click', () => {
    if (!menu.hidden) return closeMenu()
    openMenu()
    menu.querySelector('button')?.focus()
  })
  menu.addEventListener('keydown', (event) => {
    const buttons = [...menu.querySelectorAll('button')]
    const at = buttons.indexOf(document.activeElement)
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      buttons[(at + step + buttons.length) % buttons.length]?.focus()
    }
  })
  byId('tg').addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || menu.hidden) return
    closeMenu()
    menuButton.focus()
  })
  input.addEventListener('input', () => {
    drafts.set(shownFor, input.value)
    if (/^\/\w*$/.test(input.value)) openMenu()
    else closeMenu()
  })
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowUp' && !menu.hidden) {
      event.preventDefault()
      menu.querySelector('li:last-child button')?.focus()
    }
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    void submit()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void submit()
  })
  return { show, focus }
}
