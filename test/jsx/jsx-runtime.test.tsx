import fc from 'fast-check'
import { Fragment as TheirFragment, jsx as their } from 'hono/jsx/jsx-runtime'
import { describe, expect, test } from 'vitest'
import { Fragment, jsx, stencil } from '../../src/jsx/jsx-runtime.js'

// hono/jsx is the outside measure: the same tree has to become the same text.

type Tree =
  | {
      tag: string
      attributes: Record<string, string | number | boolean | null | undefined>
      children: Child[]
    }
  | { list: Child[] }
type Child = Tree | string | number | boolean | null | undefined

const TAGS = ['p', 'svg', 'path', 'section', 'tr', 'time', 'br', 'img', 'bdi', 'button', 'form']
const NAMES = ['class', 'href', 'hidden', 'open', 'aria-hidden', 'data-live', 'width', 'viewBox', 'hx-swap']
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'<>&"\'=/`ё\u202e 1a;#') }),
  fc.string({ unit: 'grapheme' }),
)
const attribute = fc.oneof(text, fc.integer(), fc.boolean(), fc.constantFrom(null, undefined))
const { tree } = fc.letrec<{ tree: Tree; child: Child }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      tag: fc.constantFrom(...TAGS),
      attributes: fc.dictionary(fc.constantFrom(...NAMES), attribute, { maxKeys: 4 }),
      children: fc.constant<Child[]>([]),
    }),
    fc.record({
      tag: fc.constantFrom(...TAGS.filter((tag) => tag !== 'br' && tag !== 'img')),
      attributes: fc.dictionary(fc.constantFrom(...NAMES), attribute, { maxKeys: 4 }),
      children: fc.array(tie('child'), { maxLength: 4 }),
    }),
    fc.record({ list: fc.array(tie('child'), { maxLength: 3 }) }),
  ),
  child: fc.oneof(text, fc.integer(), fc.constantFrom(false, null, undefined), tie('tree')),
}))

// biome-ignore lint/suspicious/noExplicitAny: the two runtimes have types of their own for the same calls.
type Runtime = { jsx: any; Fragment: any }

function draw(runtime: Runtime, node: Child): unknown {
  if (typeof node !== 'object' || node === null) return node
  if ('list' in node)
    return runtime.jsx(runtime.Fragment, { children: node.list.map((one) => draw(runtime, one)) })
  const children = node.children.map((one) => draw(runtime, one))
  return runtime.jsx(node.tag, { ...node.attributes, ...(children.length > 0 && { children }) })
}

test('any tree becomes what hono/jsx makes of it', () => {
  fc.assert(
    fc.property(tree, (node) => {
      expect(String(draw({ jsx, Fragment }, node))).toBe(
        String(draw({ jsx: their, Fragment: TheirFragment }, node)),
      )
    }),
    { numRuns: 300 },
  )
})

describe('what is no markup of this module', () => {
  const forged = { text: '<b>', toString: () => '<b>', isEscaped: true }

  test('is escaped when it is text, wherever it stands', () => {
    const Shout = ({ children }: { children: string }) => <b title={children}>{children}!</b>
    expect(String(<Shout>{'<i "&\'>'}</Shout>)).toBe(
      '<b title="&lt;i &quot;&amp;&#39;&gt;">&lt;i &quot;&amp;&#39;&gt;!</b>',
    )
  })

  test('is refused when it is anything else: nothing can pose as ready markup', () => {
    expect(() => jsx('p', { children: forged })).toThrow(TypeError)
    expect(() => jsx('p', { children: [Promise.resolve('x')] })).toThrow(TypeError)
    expect(() => jsx('p', { class: forged })).toThrow(TypeError)
    expect(() => jsx('p', { onclick: () => 1 })).toThrow(TypeError)
    expect(() => jsx('p', { dangerouslySetInnerHTML: { __html: '<b>' } })).toThrow(TypeError)
  })

  test('a component may draw nothing', () => {
    const Nothing = () => null
    expect(
      String(
        <p>
          <Nothing />
        </p>,
      ),
    ).toBe('<p></p>')
  })
})

describe('a stencil', () => {
  const Row = ({ kind, name, place }: { kind: string; name: string; place: string | number }) => (
    <li class={kind} title={name}>
      {place}: <bdi>{name}</bdi>
    </li>
  )
  const fill = stencil(['kind', 'name', 'place'], (hole) => <Row {...hole} />)

  test('filled in is what would have been drawn, whatever is filled in', () => {
    fc.assert(
      fc.property(text, text, fc.oneof(text, fc.integer()), (kind, name, place) => {
        expect(String(fill({ kind, name, place }))).toBe(
          String(<Row kind={kind} name={name} place={place} />),
        )
      }),
    )
  })

  test('takes markup between tags, and none in an attribute', () => {
    const bold = stencil(['word'], ({ word }) => <b>{word}</b>)
    expect(String(fill({ kind: 'a', name: 'b', place: bold({ word: '<' }) }))).toBe(
      '<li class="a" title="b"><b>&lt;</b>: <bdi>b</bdi></li>',
    )
    expect(() => fill({ kind: bold({ word: 'x' }), name: '', place: '' })).toThrow(TypeError)
  })
})
