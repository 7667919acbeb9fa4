import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Finding, fail, ok } from '../../core/doctor/finding.js'

const PACKAGE = new URL('../../../', import.meta.url)
const FOLDERS = ['migrations', 'public'] as const

/** Whether every package and file that the program needs is there. */
export function checkProgram(): Finding[] {
  const folder = fileURLToPath(PACKAGE)
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const missing = Object.keys(dependencies).filter((name) => !isInstalled(name))
  if (missing.length > 0) return [fail('packages_missing', { names: missing.join(', '), folder })]
  const absent = FOLDERS.filter((name) => !existsSync(new URL(name, PACKAGE)))
  if (absent.length > 0) return [fail('files_missing', { names: absent.join(', '), folder })]
  return [ok('program_ok', { node: process.versions.node })]
}

/** A package lies in a `node_modules` of this folder or of one above it. */
function isInstalled(name: string): boolean {
  for (let at = PACKAGE; ; at = new URL('../', at)) {
    if (existsSync(new URL(`node_modules/${name}/package.json`, at))) return true
    if (at.pathname === '/' || at.href === new URL('../', at).href) return false
  }
}
