import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadSecrets, SecretFileError } from '../../src/config/secrets.js'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'ttfd-secrets-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const NONE = { sessionSecret: null, idHashKey: null }

test('secrets are made once and kept for the owner alone', () => {
  const dataDir = join(folder(), 'new/data')
  const made = loadSecrets({ dataDir, given: NONE })
  expect(made.sessionSecret).toMatch(/^[\w-]{43}$/)
  expect(made.idHashKey).toMatch(/^[\w-]{43}$/)
  expect(made.sessionSecret).not.toBe(made.idHashKey)
  expect(loadSecrets({ dataDir, given: NONE })).toEqual(made)
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  expect(readdirSync(dataDir).sort()).toEqual(['id-hash-key', 'session-secret'])
  for (const name of readdirSync(dataDir)) expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600)
})

test('the environment comes first and leaves no file behind', () => {
  const dataDir = folder()
  const given = { sessionSecret: 's'.repeat(32), idHashKey: null }
  const secrets = loadSecrets({ dataDir, given })
  expect(secrets.sessionSecret).toBe('s'.repeat(32))
  expect(readdirSync(dataDir)).toEqual(['id-hash-key'])
  expect(readFileSync(join(dataDir, 'id-hash-key'), 'utf8').trim()).toBe(secrets.idHashKey)
})

test('a damaged file is refused, never silently replaced', () => {
  const dataDir = folder()
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(join(dataDir, 'id-hash-key'), '\n')
  expect(() => loadSecrets({ dataDir, given: NONE })).toThrow(SecretFileError)
  expect(readFileSync(join(dataDir, 'id-hash-key'), 'utf8')).toBe('\n')
})

test('of several programs that start at once all get the same secrets', async () => {
  const dataDir = folder()
  const script = join(dataDir, 'start.mjs')
  const module = new URL('../../dist/config/secrets.js', import.meta.url).href
  writeFileSync(
    script,
    `import { loadSecrets } from ${JSON.stringify(module)}
     process.send(loadSecrets({ dataDir: process.argv[2], given: { sessionSecret: null, idHashKey: null } }))
     process.disconnect()`,
  )
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => {
      const child = fork(script, [join(dataDir, 'data')])
      return new Promise((resolve, reject) => {
        child.once('message', resolve)
        child.once('error', reject)
      })
    }),
  )
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
})
