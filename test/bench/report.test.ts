import { Resvg } from '@resvg/resvg-js'
import { describe, expect, it } from 'vitest'
import { isReached, readAim } from '../../bench/support/aim.js'
import { chart } from '../../bench/support/chart.js'
import { missingCompetitors } from '../../bench/support/competitors.js'
import { readOptions } from '../../bench/support/options.js'
import { writeTables } from '../../bench/support/performance-page.js'
import { checkFigures } from '../../bench/support/report.js'

const rate = { name: 'awards ÷ <pgbench>', ours: 40, outside: 4, unit: '1/s', ratio: 10, aim: '>= 8' }
const wait = { name: 'p99 of a place', ours: 5, outside: 2, unit: 'ms', ratio: 2.5, aim: 'p99 <= 4 ms' }
const machine = {
  date: '2026-11-23',
  cpu: 'Some & other',
  cores: 2,
  memory_gib: 4,
  node: 'v20',
  postgres: '15',
}
const result = { name: 'awards', title: 'Awards', machine, figures: [rate, wait] }

describe('the report of the bench', () => {
  it('takes an aim without a unit for one of the ratio, else for one of our figure', () => {
    expect(readAim(rate)).toEqual({ direction: '>=', ours: 32, words: '≥ 8 ×' })
    expect(readAim(wait)).toEqual({ direction: '<=', ours: 4, words: 'p99 ≤ 4 ms' })
    expect([isReached(rate), isReached(wait)]).toEqual([true, false])
    expect(isReached({ ...wait, aim: '' })).toBeUndefined()
    expect(() => readAim({ ...wait, aim: '<= 4 s' })).toThrow('not in ms')
  })

  it('draws an SVG that says in words what it shows and lets no text become markup', () => {
    const svg = chart(result)
    expect(svg).toContain('<title id="title">Awards. awards ÷ &lt;pgbench&gt;: 40.0 /s beside 4.00 /s')
    expect(svg).toContain('missed ✗')
    expect(svg).not.toContain('<pgbench>')
    // Its reader is strict: what is no well-formed SVG is refused.
    expect(new Resvg(svg).width).toBe(820)
  })

  it('writes its tables between the marks and leaves what people wrote around them', () => {
    const page = '# Speed\n\nbefore\n\n<!-- bench awards -->\nold\n<!-- /bench -->\n\nafter\n'
    const once = writeTables(page, [result])
    expect(once).toMatch(/^# Speed\n\nbefore\n\n<!-- bench awards -->\n!\[/)
    expect(once).toMatch(/<!-- \/bench -->\n\nafter\n$/)
    expect(once).not.toContain('old')
    expect(once).toContain('| p99 of a place | 5.00 ms | 2.00 ms | **2.50** | p99 ≤ 4 ms | missed |')
    expect(writeTables(once, [result])).toBe(once)
    expect(writeTables('# Speed\n', [result])).toContain('## Awards')
  })

  it('refuses a figure that has nothing to stand beside', () => {
    expect(() => checkFigures([{ ...rate, outside: Number.NaN }])).toThrow('no figure to stand beside')
    expect(() => checkFigures([])).toThrow()
    expect(() => checkFigures([rate])).not.toThrow()
  })
})

describe('a run of the bench', () => {
  it('tries settings of the server, but for those that commits rest on', () => {
    const read = (...args: string[]) => readOptions(args, ['awards'])
    expect(read('--postgres', 'shared_buffers=1GB', '--postgres', 'jit=off').postgres).toEqual([
      'shared_buffers=1GB',
      'jit=off',
    ])
    expect(read().postgres).toEqual([])
    for (const name of ['fsync', 'FSYNC', 'synchronous_commit', 'full_page_writes'])
      expect(() => read('--postgres', `${name}=off`)).toThrow('stays as it is')
    for (const setting of ['shared_buffers', '=1GB', "x='1 -c fsync=off'", 'x=1 -c fsync=off'])
      expect(() => read('--postgres', setting)).toThrow('no setting of PostgreSQL')
  })

  it('names each competitor that is missing, with what mends it', () => {
    expect(missingCompetitors(['pgbench', 'pgbench', 'discord.js'], { bin: '/nowhere' })).toEqual([
      'pgbench is missing; mend: apt-get install postgresql-contrib',
    ])
  })

  it('knows its options and no others', () => {
    expect(readOptions(['--only', 'web', '--json'], ['web', 'awards'])).toEqual({
      json: true,
      quick: false,
      only: ['web'],
      postgres: [],
    })
    expect(() => readOptions(['--only', 'wbe'], ['web', 'awards'])).toThrow('there are web, awards')
  })
})
