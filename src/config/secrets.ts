import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.js'

/** Keys of our own. Both are long random text. */
export type Secrets = {
  /** Signs sessions; keys for codes are derived from it. May be rotated: everybody signs in anew. */
  sessionSecret: string
  /** Keys the marks of identities and erased ids. Never rotated: without it erased people would be reborn clean. */
  idHashKey: string
}

export const SECRET_FILES = { sessionSecret: 'session-secret', idHashKey: 'id-hash-key' } as const

/** A kept secret is damaged; making a new one silently would orphan what it protects. */
export class SecretFileError extends Error {
  override name = 'SecretFileError'
  constructor(readonly path: string) {
    super(`${path} holds no usable secret`)
  }
}

const BYTES = 32
const USABLE = /^\S{32,}$/

/**
 * The secrets of the environment, or those kept in the data directory, made at the first start (mode 0600, whole or
 * not at all, one winner when several programs start at once). Throws SecretFileError for a damaged file.
 */
export function loadSecrets(config: Pick<Config, 'dataDir' | 'given'>): Secrets {
  const { dataDir, given } = config
  return {
    sessionSecret: given.sessionSecret ?? keptSecret(dataDir, SECRET_FILES.sessionSecret),
    idHashKey: given.idHashKey ?? keptSecret(dataDir, SECRET_FILES.idHashKey),
  }
}

/**
 * Puts secrets that came from elsewhere (a backup) into the data directory, where none is kept and the environment gives
 * none. What is there already stays, whether it is the same or another.
 */
export function adoptSecrets(
  config: Pick<Config, 'dataDir' | 'given'>,
  { sessionSecret, idHashKey }: Secrets,
): void {
  const { dataDir, given } = config
  if (given.sessionSecret === null)
    makeSecret(dataDir, join(dataDir, SECRET_FILES.sessionSecret), sessionSecret)
  if (given.idHashKey === null) makeSecret(dataDir, join(dataDir, SECRET_FILES.idHashKey), idHashKey)
}

function keptSecret(dataDir: string, name: string): string {
  const path = join(dataDir, name)
  return readSecret(path) ?? makeSecret(dataDir, path)
}

function readSecret(path: string): string | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null
    throw error
  }
  if (!USABLE.test(text)) throw new SecretFileError(path)
  return text
}

function makeSecret(dataDir: string, path: string, text = randomBytes(BYTES).toString('base64url')): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  chmodSync(dataDir, 0o700)
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, `${text}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  try {
    // A link appears whole and never replaces what another program has just made.
    linkSync(draft, path)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
  return readSecret(path) ?? makeSecret(dataDir, path)
}
