import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Piece, parseMarkdown, plainText } from '../../../src/sandbox/discord/pane/markdown.js'

const names = (kind: string, id: string) => (id === '1' ? { text: `${kind}-one` } : null)
const read = (text: string): Piece[] => parseMarkdown(text, names)

describe('Markdown in the pane', () => {
  it('reads Discord’s dress', () => {
    expect(read('a **b** *c* ~~d~~ __e__ ||f|| `**g**`')).toEqual([
      'a ',
      { t: 'bold', c: ['b'] },
      ' ',
      { t: 'italic', c: ['c'] },
      ' ',
      { t: 'strike', c: ['d'] },
      ' ',
      { t: 'underline', c: ['e'] },
      ' ',
      { t: 'spoiler', c: ['f'] },
      ' ',
      { t: 'code', s: '**g**' },
    ])
  })

  it('reads blocks, mentions, times and links', () => {
    expect(read('# Head\n> quote\n- item\n```js\nx\n```')).toEqual([
      { t: 'h1', c: ['Head'] },
      { t: 'quote', c: ['quote'] },
      { t: 'item', c: ['item'] },
      { t: 'pre', s: 'x' },
    ])
    expect(read('<@1><@&1><#1><@2> <t:5:R>')).toEqual([
      { t: 'mention', s: '@user-one' },
      { t: 'mention', s: '@role-one' },
      { t: 'mention', s: '#channel-one' },
      { t: 'mention', s: '@?' },
      ' ',
      { t: 'time', at: 5, f: 'R' },
    ])
    expect(read('see https://x.example/a. [b](https://y.example)')).toMatchObject([
      'see ',
      { t: 'link', href: 'https://x.example/a' },
      '. ',
      { t: 'link', href: 'https://y.example' },
    ])
  })

  it('leaves what is escaped or unfinished as text', () => {
    expect(read('\\*a\\* **b 2 * 3 * 4 snake_case_name')).toEqual(['*a* **b 2 * 3 * 4 snake_case_name'])
  })

  it('makes links of http and https only', () => {
    expect(plainText(read('[x](javascript:alert(1)) <javascript:alert(1)>'))).toContain('javascript')
    expect(JSON.stringify(read('[x](javascript:alert(1))'))).not.toContain('"link"')
  })

  it('ends quickly on anything and invents no words', () => {
    const marks = fc.constantFrom(
      '*',
      '**',
      '_',
      '__',
      '||',
      '~~',
      '`',
      '```',
      '<',
      '>',
      '[',
      '](',
      ')',
      '\n',
      '# ',
      'a',
      ' ',
      '\\',
      'https://a.b',
    )
    fc.assert(
      fc.property(fc.array(marks, { maxLength: 400 }), (parts) => {
        const text = parts.join('')
        const started = process.cpuUsage()
        const shown = plainText(read(text)).replace(/\s/g, '')
        expect(process.cpuUsage(started).user / 1000).toBeLessThan(500)
        const left = [...text.replace(/\s/g, '')]
        for (const char of shown) {
          const at = left.indexOf(char)
          expect(at).toBeGreaterThanOrEqual(0)
          left.splice(at, 1)
        }
      }),
      { numRuns: 200 },
    )
  })
})
