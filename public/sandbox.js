// The playground's frame: tabs, the website's address line, the three steps of the tour.
import { byId } from './sandbox-dom.js'
import { startTelegram } from './sandbox-telegram.js'

const { body } = document
const frame = byId('site-frame')
const path = byId('frame-path')
const open = byId('frame-open')

function show(pane) {
  body.dataset.active = pane
  for (const tab of document.querySelectorAll('.tab')) {
    tab.setAttribute('aria-pressed', String(tab.dataset.pane === pane))
    if (tab.dataset.pane === pane) tab.classList.remove('fresh')
  }
}

for (const tab of document.querySelectorAll('.tab')) {
  tab.addEventListener('click', () => show(tab.dataset.pane))
}
// On a wide screen the website always stands there and has no tab; a choice made on a phone must not hide the rest.
const wide = matchMedia('(min-width: 820px)')
wide.addEventListener('change', () => {
  if (wide.matches && body.dataset.active === 'site') show('telegram')
})

/** Opens a path of the website in its frame. Other origins are never framed. */
function visit(target) {
  const url = new URL(target, location.origin)
  if (url.origin !== location.origin) return false
  frame.src = url.pathname + url.search + url.hash
  if (!wide.matches) show('site')
  return true
}

/** Where the frame is; nothing while it shows another origin (Discord's consent page). */
function frameLocation() {
  try {
    const { pathname, search } = frame.contentWindow?.location ?? {}
    return { pathname, search }
  } catch {
    return null
  }
}

frame.addEventListener('load', () => {
  const { pathname, search } = frameLocation() ?? {}
  if (!pathname || pathname === 'blank') return
  path.value = pathname + search
  open.href = pathname + search
})
byId('frame-form').addEventListener('submit', (event) => {
  event.preventDefault()
  visit(path.value.startsWith('/') ? path.value : `/${path.value}`)
})
const frameActs = {
  back: () => frame.contentWindow?.history.back(),
  reload: () => frame.contentWindow?.location.reload(),
  home: () => visit('/'),
}
for (const button of document.querySelectorAll('[data-frame]')) {
  button.addEventListener('click', () => frameActs[button.dataset.frame]())
}

const done = new Set()
/** Marks the tour's steps that are done and shows the next one. */
function tour(step, isDone = true) {
  if (isDone) done.add(step)
  let next = true
  for (const item of document.querySelectorAll('.tour-step')) {
    const reached = done.has(item.dataset.step)
    item.classList.toggle('done', reached)
    item.classList.toggle('now', next && !reached)
    if (!reached) next = false
  }
}
tour('start', false)

startTelegram({
  visit,
  tour,
  // Something new to see elsewhere: on a phone the website's tab lights up.
  news: () =>
    body.dataset.active !== 'site' &&
    document.querySelector('.tab[data-pane="site"]')?.classList.add('fresh'),
})
