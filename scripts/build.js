// Compiles src/ to dist/, unless dist/ is newer than everything it is made of: a start then loses no second to it.
// @ts-check
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const STAMP = `${ROOT}dist/.tsbuildinfo`
const CONFIGS = ['package.json', 'tsconfig.json', 'tsconfig.build.json']

/** @param {string} path milliseconds of the last change; 0 when it is not there */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function isUpToDate() {
  const built = changedAt(STAMP)
  if (built === 0) return false
  const sources = readdirSync(`${ROOT}src`, { recursive: true, withFileTypes: true })
  // A folder changes when a file in it comes or goes.
  return (
    CONFIGS.every((name) => changedAt(ROOT + name) < built) &&
    sources.every((entry) => changedAt(`${entry.parentPath}/${entry.name}`) < built)
  )
}

if (!isUpToDate()) {
  const { status } = spawnSync(
    process.execPath,
    [`${ROOT}node_modules/typescript/bin/tsc`, '-p', 'tsconfig.build.json'],
    {
      cwd: ROOT,
      stdio: 'inherit',
    },
  )
  process.exitCode = status ?? 1
  // The compiler leaves its stamp alone when nothing came of a change, and writes it even beside errors.
  if (status === 0) utimesSync(STAMP, new Date(), new Date())
  else rmSync(STAMP, { force: true })
}
