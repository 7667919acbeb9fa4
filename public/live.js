// What the pages gain with JavaScript: an instant theme switch, marked changes, the state of the live connection.
// Everything else works without it.
;(() => {
  const root = document.documentElement

  // Theme: the links work by themselves; here they take effect without a page load.
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('[data-theme-choice]')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const theme = link.dataset.themeChoice
    if (theme === 'auto') delete root.dataset.theme
    else root.dataset.theme = theme
    const secure = location.protocol === 'https:' ? '; Secure' : ''
    // Cookie Store is missing in browsers that people still use; the value is one of three fixed words.
    // biome-ignore lint/suspicious/noDocumentCookie: see above
    document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`
    // An address that still asks for a theme would win over the cookie at the next load.
    const address = new URL(location.href)
    if (address.searchParams.has('theme')) {
      address.searchParams.delete('theme')
      history.replaceState(history.state, '', address)
    }
    document
      .querySelector('meta[name="color-scheme"]')
      ?.setAttribute('content', theme === 'auto' ? 'light dark' : theme)
    for (const choice of document.querySelectorAll('.choice[data-theme-choice]')) {
      if (choice.dataset.themeChoice === theme) choice.setAttribute('aria-current', 'true')
      else choice.removeAttribute('aria-current')
    }
    // The icon that was pressed is hidden now: the keyboard goes on with its counterpart.
    if (link.offsetParent === null)
      document.querySelector(`.tool[data-theme-choice]:not(.to-${theme})`)?.focus()
  })

  // Changed numbers: remember what stood where, mark what differs after a fragment was exchanged.
  const MARK_MS = 1800
  const ANNOUNCE_MS = 15000
  const known = new Map()
  let announcement = null
  let announceAt = 0

  function announce() {
    const place = document.getElementById('live-announce')
    if (place && announcement !== null) place.textContent = announcement
    announcement = null
    announceAt = Date.now() + ANNOUNCE_MS
  }

  function look(mark) {
    for (const element of document.querySelectorAll('[data-live]')) {
      const text = element.textContent
      const before = known.get(element.dataset.live)
      known.set(element.dataset.live, text)
      if (!mark || before === undefined || before === text) continue
      element.classList.add('changed')
      setTimeout(() => element.classList.remove('changed'), MARK_MS)
      if (!element.dataset.announce) continue
      // At most one sentence in a while, and then the newest.
      if (announcement === null) setTimeout(announce, Math.max(300, announceAt - Date.now()))
      announcement = element.dataset.announce
    }
  }
  look(false)
  // A board arrives the same for everybody: the reader's own row is marked again here.
  const own = document.querySelector('[data-own]')
  const ownId = own?.dataset.own
  // The card above the board says what the own row says, as long as there is one.
  function followOwnPlace() {
    const row = own && document.querySelector(`#live-board [data-account="${ownId}"]`)
    const place = row?.querySelector('[data-place]')?.textContent
    const value = row?.querySelector('.figure')?.textContent
    if (!place || !value) return
    own.querySelector('[data-own-place]').textContent = place
    own.querySelector('[data-own-value]').textContent = value
  }
  document.addEventListener('htmx:afterSettle', () => {
    look(true)
    if (ownId) document.querySelector(`tr[data-account="${ownId}"]`)?.classList.add('is-own')
    followOwnPlace()
  })

  // Live connection: a badge while it stands, a quiet word when it stays away.
  const OFFLINE_WORD_MS = 6000
  let offlineTimer = null
  const status = () => document.getElementById('live-status')
  document.addEventListener('htmx:sseOpen', () => {
    clearTimeout(offlineTimer)
    offlineTimer = null
    root.classList.add('is-live')
    const place = status()
    if (!place) return
    place.hidden = true
    place.textContent = ''
  })
  document.addEventListener('htmx:sseError', () => {
    root.classList.remove('is-live')
    offlineTimer ??= setTimeout(() => {
      const place = status()
      if (!place) return
      place.hidden = false
      place.textContent = place.dataset.off
    }, OFFLINE_WORD_MS)
  })
  // A page that is being left closes its stream; that is no fault to speak of.
  addEventListener('pagehide', () => clearTimeout(offlineTimer))
})()
