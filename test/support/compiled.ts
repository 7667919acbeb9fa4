import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** The source as JavaScript for child processes of a test file: `path('db/connect.js')`. Removed with the last test. */
export function compiledSource(): { path(file: string): string } {
  let directory = ''
  beforeAll(() => {
    // Below node_modules, so that the packages are found.
    const cache = join(realpathSync(join(ROOT, 'node_modules')), '.cache')
    mkdirSync(cache, { recursive: true })
    directory = mkdtempSync(join(cache, 'ttfd-test-'))
    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc')
    const args = [
      '-p',
      'tsconfig.build.json',
      '--outDir',
      directory,
      '--incremental',
      'false',
      '--tsBuildInfoFile',
      'null',
    ]
    try {
      execFileSync(tsc, args, { cwd: ROOT, stdio: 'pipe' })
    } catch {
      // It writes what it can, errors or not; types are another check's affair.
    }
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  return { path: (file) => join(directory, file) }
}
