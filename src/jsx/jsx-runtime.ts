import type { JSX as Html5 } from 'hono/jsx/jsx-runtime'

/** Text as it goes over the wire: its UTF-8, one character a byte (`latin1` to a Buffer, a stream or a response). */
export type WireText = string & { readonly isWire: never }

/**
 * Markup that is ready to be sent. Nothing but this module makes any, so what is no `Markup` is text and gets escaped.
 * Elements become text where they are written, from the innermost out: no tree is built, and a page costs a fifth of
 * what a library's tree costs. It is kept as it goes over the wire, so that only what differs from page to page is ever
 * encoded, and joining half as many bytes. Names of elements and attributes come from our own source alone.
 */
class Markup {
  readonly wire: WireText

  constructor(wire: string) {
    this.wire = wire as WireText
  }

  /** As people's text; decoded anew each time. */
  toString(): string {
    return Buffer.from(this.wire, 'latin1').toString()
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

/** Text as it may stand between tags and within a quoted attribute, for the wire. */
function escaped(text: string): string {
  // Most of it goes over the wire as it is: numbers, and what was written for machines.
  if (!/[&<>'"\u0080-\uffff]/.test(text)) return text
  return encoded(/[&<>'"]/.test(text) ? text.replace(/[&<>'"]/g, entity) : text)
}

const scratch = Buffer.allocUnsafeSlow(3 * 512)

/** UTF-8, one character a byte. */
function encoded(text: string): string {
  if (text.length > scratch.length / 3) return Buffer.from(text).toString('latin1')
  return scratch.toString('latin1', 0, scratch.write(text))
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
  if (child instanceof Markup) return child.wire
  if (child === null || child === undefined || typeof child === 'boolean') return ''
  if (typeof child === 'number') return String(child)
  if (!Array.isArray(child)) throw new TypeError('this is neither text nor markup')
  let text = ''
  for (const one of child) text += inner(one)
  return text
}

/** What is kept is one piece and no chain of them, nor a window to a longer one. */
function inOnePiece(wire: string): string {
  return Buffer.from(wire, 'latin1').toString('latin1')
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
  const kept = inOnePiece(text)
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

/** A whole page: the element `html` with its doctype. */
export function pageOf(html: Markup): Markup {
  return new Markup(`<!doctype html>${html.wire}`)
}

/** Several children without an element around them. */
export function Fragment({ children }: { children?: Child }): Markup {
  return new Markup(inner(children))
}

/** What fills a hole: text and numbers anywhere, markup between tags alone. */
type Filling = Markup | string | number

/** `\uE000<number>\uE001` on the wire. */
const HOLE = /\xEE\x80\x80(\d+)\xEE\x80\x81/

/**
 * Markup of which only some places differ. `draw` is called once, when it is needed first, with a hole for each name
 * wherever text may stand, as a child or as a whole attribute; from then on a filling costs as much as joining its
 * pieces. What is drawn must not hang on what a hole holds: it gets to see a hole.
 */
export function stencil<Name extends string>(
  names: readonly Name[],
  draw: (hole: Record<Name, string>) => Markup | null,
): (values: Readonly<Record<Name, Filling>>) => Markup {
  let cut: Cut<Name> | null = null
  return (values) => {
    cut ??= cutOut(names, draw)
    let text = cut.first
    for (const { name, isAttribute, after } of cut.holes) {
      const value = values[name]
      if (isAttribute && value instanceof Markup) throw new TypeError(`${name} is no text`)
      text += inner(value) + after
    }
    return new Markup(text)
  }
}

/** A stencil's pieces: the first, and each hole with the piece behind it. */
type Cut<Name> = { first: string; holes: { name: Name; isAttribute: boolean; after: string }[] }

function cutOut<Name extends string>(
  names: readonly Name[],
  draw: (hole: Record<Name, string>) => Markup | null,
): Cut<Name> {
  const marks = Object.fromEntries(names.map((name, n) => [name, `\uE000${n}\uE001`])) as Record<Name, string>
  const [first = '', ...rest] = inner(draw(marks)).split(HOLE).map(inOnePiece)
  const holes: Cut<Name>['holes'] = []
  for (let n = 0; n < rest.length; n += 2) {
    const name = names[Number(rest[n])]
    if (name === undefined) throw new RangeError('a hole of another stencil')
    const before = n === 0 ? first : (rest[n - 1] ?? '')
    holes.push({ name, isAttribute: before.endsWith('="'), after: rest[n + 1] ?? '' })
  }
  return { first, holes }
}

export { jsx as jsxDEV, jsx as jsxs }
