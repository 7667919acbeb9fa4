import type { JSX as Html5 } from 'hono/jsx/jsx-runtime'

/**
 * Markup that is ready to be sent. Nothing but this module makes any, so what is no `Markup` is text and gets escaped.
 * Elements become text where they are written, from the innermost out: no tree is built, and a page costs a fifth of
 * what a library's tree costs. Names of elements and attributes come from our own source alone.
 */
class Markup {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

/** What may stand between two tags. */
export type Child = Markup | string | number | boolean | null | undefined | readonly Child[]

export declare namespace JSX {
  export type Element = Markup
  export type ElementType = keyof IntrinsicElements | ((props: never) => Markup | null)
  export type ElementChildrenAttribute = { children: unknown }
  export type IntrinsicElements = Html5.IntrinsicElements
}

type Component = (props: Record<string, unknown>) => Markup | null

const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '))
const BOOLEAN = new Set(
  (
    'allowfullscreen async autofocus autoplay checked controls default defer disabled download formnovalidate hidden ' +
    'inert ismap itemscope loop multiple muted nomodule novalidate open playsinline readonly required reversed selected'
  ).split(' '),
)

/** Text as it may stand between tags and within a quoted attribute. */
function escaped(text: string): string {
  return /[&<>'"]/.test(text) ? text.replace(/[&<>'"]/g, entity) : text
}

function entity(sign: string): string {
  switch (sign) {
    case '&':
      return '&amp;'
    case '<':
      return '&lt;'
    case '>':
      return '&gt;'
    case '"':
      return '&quot;'
    default:
      return '&#39;'
  }
}

function inner(child: unknown): string {
  if (typeof child === 'string') return escaped(child)
  if (child instanceof Markup) return child.toString()
  if (child === null || child === undefined || typeof child === 'boolean') return ''
  if (typeof child === 'number') return String(child)
  if (!Array.isArray(child)) throw new TypeError('this is neither text nor markup')
  let text = ''
  for (const one of child) text += inner(one)
  return text
}

/** Attributes as they were written before: most of a page's are the same on every page. By name, then by value. */
const written = new Map<string, Map<string, string>>()
const WRITTEN_VALUES_MAX = 200
const WRITTEN_LENGTH_MAX = 64

function textAttribute(name: string, value: string): string {
  if (value.length > WRITTEN_LENGTH_MAX) return ` ${name}="${escaped(value)}"`
  const values = written.get(name) ?? new Map<string, string>()
  const known = values.get(value)
  if (known !== undefined) return known
  const text = ` ${name}="${escaped(value)}"`
  if (values.size >= WRITTEN_VALUES_MAX) return text
  // Through bytes, so that what is kept is one piece and no chain of them.
  const kept = Buffer.from(text).toString()
  written.set(name, values.set(value, kept))
  return kept
}

function attribute(name: string, value: unknown): string {
  if (typeof value === 'string') return textAttribute(name, value)
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return ` ${name}="${value}"`
  if (typeof value !== 'boolean') throw new TypeError(`${name} is no text`)
  if (!BOOLEAN.has(name)) return ` ${name}="${value}"`
  return value ? ` ${name}=""` : ''
}

/** Makes an element; the compiler writes the calls. `null` and `false` are nothing. */
export function jsx(tag: string | Component, props: Record<string, unknown>): Markup | null {
  if (typeof tag === 'function') return tag(props)
  let text = `<${tag}`
  for (const name in props) if (name !== 'children') text += attribute(name, props[name])
  if (VOID.has(tag)) return new Markup(`${text}/>`)
  return new Markup(`${text}>${inner(props.children)}</${tag}>`)
}

/** Several children without an element around them. */
export function Fragment({ children }: { children?: Child }): Markup {
  return new Markup(inner(children))
}

/** What fills a hole: text and numbers anywhere, markup between tags alone. */
type Filling = Markup | string | number

const HOLE = /\uE000(\d+)\uE001/

/**
 * Markup of which only some places differ. `draw` is called once, with a hole for each name wherever text may stand, as
 * a child or as a whole attribute; from then on a filling costs as much as joining its pieces. What is drawn must not
 * hang on what a hole holds: it gets to see a hole.
 */
export function stencil<Name extends string>(
  names: readonly Name[],
  draw: (hole: Record<Name, string>) => Markup | null,
): (values: Readonly<Record<Name, Filling>>) => Markup {
  const holes = Object.fromEntries(names.map((name, n) => [name, `\uE000${n}\uE001`])) as Record<Name, string>
  const pieces = String(draw(holes)).split(HOLE)
  const [first = '', ...rest] = pieces
  const cuts: { name: Name; isAttribute: boolean; after: string }[] = []
  for (let n = 0; n < rest.length; n += 2) {
    const name = names[Number(rest[n])]
    if (name === undefined) throw new RangeError('a hole of another stencil')
    cuts.push({
      name,
      isAttribute: (n === 0 ? first : (rest[n - 1] ?? '')).endsWith('="'),
      after: rest[n + 1] ?? '',
    })
  }
  return (values) => {
    let text = first
    for (const { name, isAttribute, after } of cuts) {
      const value = values[name]
      if (isAttribute && value instanceof Markup) throw new TypeError(`${name} is no text`)
      text += inner(value) + after
    }
    return new Markup(text)
  }
}

export { jsx as jsxDEV, jsx as jsxs }
