import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A file of the build, for child processes of tests: `built('db/connect.js')`. Throws when nothing was built. */
export function built(file: string): string {
  const path = fileURLToPath(new URL(`../../dist/${file}`, import.meta.url))
  if (!existsSync(path)) throw new Error('build first: npm run build')
  return path
}
