import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { displayWidth, pad } from '../../src/cli/display-width.js'
import { LOCALES, translator } from '../../src/i18n/translate.js'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))
const SOURCES = ['cli', 'core/doctor'].flatMap((folder) =>
  readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(SRC, folder, name), 'utf8')),
)
const TEXT = SOURCES.join('\n')

const all = (pattern: RegExp) =>
  [...new Set([...TEXT.matchAll(pattern)].map((match) => match[1] ?? ''))].sort()

describe.each(LOCALES)('in %s', (locale) => {
  const t = translator(locale)
  const isMissing = (key: string) => t(key, { count: 2 }) === key.slice(key.indexOf(':') + 1)

  test('every word that the command line names is there', () => {
    const keys = all(/'((?:cli|config|doctor):[a-z0-9_.]+)'/g)
    expect(keys.length).toBeGreaterThan(60)
    expect(keys.filter(isMissing)).toEqual([])
  })

  test('every finding of the doctor has words, and a mending command unless all is well', () => {
    const found = all(/\b(?:ok|warn|fail|failFor)\(\s*'([a-z_]+)'/g)
    const bad = all(/\b(?:warn|fail|failFor)\(\s*'([a-z_]+)'/g)
    expect(bad.length).toBeGreaterThan(30)
    expect(found.map((code) => `doctor:finding.${code}`).filter(isMissing)).toEqual([])
    expect(bad.map((code) => `doctor:mending.${code}`).filter(isMissing)).toEqual([])
  })

  test("every entry of the old plan's troubleshooting list is answered with a command", () => {
    // DATABASE_URL is not set; the table unified_users does not exist; a module is missing; the sync worker does not work.
    for (const [code, command] of [
      ['database_embedded_for_real', 'export DATABASE_URL="postgresql://..."'],
      ['schema_missing', 'ttfd migrate'],
      ['packages_missing', 'npm ci'],
      ['worker_absent', 'ttfd start'],
      ['events_stuck', 'ttfd start'],
    ]) {
      expect(t(`doctor:mending.${code}`, { folder: '.' })).toContain(command)
    }
  })

  test('every error that has words has a way out', () => {
    const codes = all(/code: '([a-z_]+)', values/g).concat(all(/^ {2}'?[A-Z0-9]+'?: '([a-z_]+)',$/gm))
    expect(codes.length).toBeGreaterThan(12)
    expect(
      codes.flatMap((code) => [`cli:error.${code}`, `cli:error_mend.${code}`]).filter(isMissing),
    ).toEqual([])
  })
})

test('widths on a terminal: Cyrillic 1, marks 0, emoji and ideographs 2', () => {
  expect(displayWidth('Ранг')).toBe(4)
  expect(displayWidth('и\u0306')).toBe(1)
  expect(displayWidth('👋🏽')).toBe(2)
  expect(displayWidth('👨‍👩‍👧')).toBe(2)
  expect(displayWidth('❤️')).toBe(2)
  expect(displayWidth('漢字')).toBe(4)
  expect(displayWidth('')).toBe(0)
  expect(pad('да', 4)).toBe('да  ')
  expect(pad('5', 3, 'left')).toBe('  5')
})
