import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url))

/** Each link of the list with the tests that it names after it. */
function proofs(): { file: string; named: string[] }[] {
  const text = readFileSync(`${DOCS}safety-tests.md`, 'utf8')
  return [...text.matchAll(/\]\((\.\.\/test\/[^)]+)\)([^[|]*)/g)].map(([, file = '', after = '']) => ({
    file,
    named: [...after.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  }))
}

test('docs/safety-tests.md names files and tests that are there', () => {
  const found = proofs()
  expect(found.length).toBeGreaterThan(100)
  const gone: string[] = []
  for (const { file, named } of found) {
    const source = readFileSync(DOCS + file, 'utf8')
    for (const name of named)
      for (const part of name.split('…').map((one) => one.trim()))
        if (!source.includes(part)) gone.push(`${file}: ${part}`)
  }
  expect(gone).toEqual([])
})
