import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { HomePage } from '../../src/platforms/web/views/home.js'
import { LeaderboardPage } from '../../src/platforms/web/views/leaderboard.js'
import { TopList } from '../../src/platforms/web/views/live-top.js'
import { memberName } from '../../src/platforms/web/views/names.js'
import { ProfilePage } from '../../src/platforms/web/views/profile.js'
import { renderFragment } from '../../src/platforms/web/views/render.js'
import { createUi } from '../../src/platforms/web/views/ui.js'
import { followable, leaderboardHref, memberHref, withQuery } from '../../src/platforms/web/views/urls.js'
import { boardRows, frame, home, leaderboard, pageText, profile } from './views-fixtures.js'
import { samplePages, ZONE } from './views-pages.js'

const ui = createUi('ru', ZONE)
const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title><script>alert(1)</script>',
  '{{7*7}} #{7*7} &lt;b&gt;',
  'javascript:alert(1)',
  '*'.repeat(128),
]

function pagesOf(displayName: string): string[] {
  const rows = boardRows(5).map((row) => ({ ...row, displayName }))
  const top = { rows: rows.map(({ value, ...row }) => ({ ...row, xp: value })) }
  return [
    pageText(<ProfilePage ui={ui} frame={frame({ path: '/u/5' })} model={profile({ displayName })} />),
    pageText(<LeaderboardPage ui={ui} frame={frame()} model={leaderboard({ rows })} />),
    pageText(<HomePage ui={ui} frame={frame()} model={home({ top })} />),
  ]
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
}

/** The markup without any text or attribute values: what a name must never be able to change. */
function skeleton(html: string): string {
  return html.replaceAll(/>[^<]*</g, '><').replaceAll(/"[^"]*"/g, '""')
}

describe('names of people', () => {
  it.each(HOSTILE)('cannot change the markup: %s', (name) => {
    const plain = pagesOf('Mira')
    pagesOf(name).forEach((html, index) => {
      expect(skeleton(html) === skeleton(plain[index] ?? '')).toBe(true)
      expect(html.includes(`<bdi>${escaped(name)}</bdi>`)).toBe(true)
    })
  })

  it.each(HOSTILE)('never reach an address: %s', (name) => {
    for (const html of pagesOf(name)) {
      for (const [, href] of html.matchAll(/(?:href|src|action|sse-connect)="([^"]*)"/g)) {
        expect(href).toMatch(/^(\/|#|https?:\/\/)/)
        expect(href).not.toContain('alert')
      }
    }
  })

  it('lose the characters that reorder or hide text around them', () => {
    const names = ['\u202eabc', 'a\u2066b\u2069', 'a\u200bb\u0000', 'a\ud800b', 'a\u2028b']
    for (const displayName of names) {
      expect(memberName(ui, { accountId: 5, displayName })).toMatch(/^[a-c]+$/)
    }
  })

  it('keep emoji sequences and every alphabet', () => {
    for (const displayName of ['👩‍🚀 Аня', 'مرحبا', '玩家', 'Zoë']) {
      expect(memberName(ui, { accountId: 5, displayName })).toBe(displayName)
    }
  })

  it('stand in their own direction box', () => {
    const [page = ''] = pagesOf('مرحبا')
    expect(page).toContain('<bdi>مرحبا</bdi>')
  })

  it('are replaced by a number when nothing is left', () => {
    for (const displayName of [null, '', '  ', '\u202e\u200b']) {
      expect(memberName(ui, { accountId: 17, displayName })).toBe('Игрок № 17')
    }
  })
})

describe('addresses', () => {
  it('are built from whole positive ids only', () => {
    expect(memberHref(5)).toBe('/u/5')
    for (const id of [0, -1, 1.5, Number.NaN, 2 ** 53]) expect(() => memberHref(id)).toThrow(RangeError)
  })

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/u/5\r\nx', '/a//b', '', '/../x y'])(
    'never lead away from this site: %j',
    (path) => {
      expect(withQuery(path, { lang: 'en' })).toBe('/?lang=en')
    },
  )

  it('keep the choices of the board and hide its defaults', () => {
    expect(leaderboardHref({ metric: 'xp', period: 'all' })).toBe('/leaderboard')
    expect(leaderboardHref({ metric: 'voice', period: 'week', after: 'a&b=c' })).toBe(
      '/leaderboard?metric=voice&period=week&after=a%26b%3Dc',
    )
  })

  it('given by the operator are followed only when a browser may', () => {
    expect(followable('https://t.me/ttfd_bot')).toBe('https://t.me/ttfd_bot')
    expect(followable('/login')).toBe('/login')
    for (const url of [
      'javascript:alert(1)',
      'data:text/html,x',
      '//evil.example',
      '/\\evil.example',
      'https://',
      '',
      null,
    ]) {
      expect(followable(url)).toBeNull()
    }
  })
})

describe('the policy of the site', () => {
  it.each(['ru', 'en'] as const)('finds nothing inline on any page (%s)', (locale) => {
    for (const [path, html] of samplePages(locale)) {
      expect(html, path).not.toMatch(/\sstyle=/)
      expect(html, path).not.toMatch(/<style/)
      expect(html, path).not.toMatch(/\son[a-z]+=/)
      expect(html, path).not.toMatch(/<script[^>]*>[^<]/)
      expect(html, path).toMatch(/^<!doctype html><html lang="(ru|en)"/)
      const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1])
      expect(new Set(ids).size, path).toBe(ids.length)
    }
  })

  it('is not undermined by raw markup in any view', () => {
    for (const file of readdirSync('src/platforms/web/views')) {
      const source = readFileSync(`src/platforms/web/views/${file}`, 'utf8')
      expect(source, file).not.toMatch(/\braw\(|dangerouslySetInnerHTML|\bhtml`/)
    }
  })

  it('fits a fragment into one line of a live message', () => {
    const rows = boardRows(3).map(({ value, ...row }) => ({ ...row, displayName: 'a\nb', xp: value }))
    const fragment = renderFragment(<TopList ui={ui} top={{ rows }} />)
    expect(fragment).not.toMatch(/[\r\n]/)
    expect(fragment).toMatch(/^<section id="live-top"/)
  })
})
