// Small helpers that the playground's scripts share. People's strings become text nodes only, never markup.

const SVG = 'http://www.w3.org/2000/svg'

/** Makes an element. `props` are attributes; `on…` functions become listeners; false and undefined are left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false || value === null) continue
    if (typeof value === 'function') node.addEventListener(name.slice(2).toLowerCase(), value)
    else node.setAttribute(name === 'className' ? 'class' : name, value === true ? '' : String(value))
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false))
  return node
}

/** An icon made of one path on a 24-unit square. */
export function svg(className, path, viewBox = '0 0 24 24') {
  const node = document.createElementNS(SVG, 'svg')
  node.setAttribute('class', className)
  node.setAttribute('viewBox', viewBox)
  node.setAttribute('aria-hidden', 'true')
  const line = document.createElementNS(SVG, 'path')
  line.setAttribute('d', path)
  node.append(line)
  return node
}

export const byId = (id) => document.getElementById(id)

const { base, locale, words } = document.body.dataset
const tree = JSON.parse(words)
const plural = new Intl.PluralRules(locale)

export { base, locale }

/** The words for `chat.members`, with values put in and the plural form that fits `count`. */
export function t(key, values = {}) {
  const form = values.count === undefined ? '' : `_${plural.select(values.count)}`
  const path = `${key}${form}`.split('.')
  const text = path.reduce((node, name) => node?.[name], tree) ?? key
  return text.replace(/\{\{(\w+)\}\}/g, (_, name) => String(values[name] ?? ''))
}

/** Does something on the server as JSON. Resolves with its answer; `ok` is false when it could not be done. */
export async function post(path, body) {
  try {
    const answer = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return await answer.json()
  } catch {
    return { ok: false, error: t('state.lost') }
  }
}

const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' })

export const timeOf = (seconds) => clock.format(new Date(seconds * 1000))

/** `Today`, `Yesterday`, or the date. */
export function dayOf(seconds) {
  const date = new Date(seconds * 1000)
  const midnight = new Date().setHours(0, 0, 0, 0)
  if (date.getTime() >= midnight) return t('chat.today')
  if (date.getTime() >= midnight - 86_400_000) return t('chat.yesterday')
  return day.format(date)
}
