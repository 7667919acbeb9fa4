import { StartError } from '../app/start-error.js'
import type { Config } from '../config/config.js'
import { SecretFileError } from '../config/secrets.js'
import { describeUrl } from '../db/connect.js'
import { DirectoryInUseError } from '../db/directory-lock.js'
import { ChangedMigrationError, NewerSchemaError } from '../db/migrator.js'
import { isUnavailable } from '../db/unavailable.js'
import type { Translate } from '../i18n/translate.js'
import { RefusedError } from './cli.js'

type Values = Record<string, string | number>

/** Turns an error that people can mend into words and the mending command; null for all others. */
export function explainError(t: Translate, error: unknown, config: Config): RefusedError | null {
  if (error instanceof RefusedError) return error
  if (error instanceof StartError) return new RefusedError('start_refused', error.message, null)
  const known = classify(innermost(error), config)
  if (!known) return null
  const { code, values } = known
  const explained = new RefusedError(
    code,
    t(`cli:error.${code}`, values),
    t(`cli:error_mend.${code}`, values),
  )
  explained.cause = error
  return explained
}

const BY_STATE: Record<string, string> = {
  '28P01': 'wrong_password',
  '28000': 'user_refused',
  '3D000': 'no_database',
  '42P01': 'table_missing',
  '3F000': 'table_missing',
  '42501': 'no_permission',
  '53300': 'too_many_connections',
  '53100': 'disk_full',
  '57P03': 'starting_up',
  ENOSPC: 'disk_full',
}

function classify(error: Error, config: Config): { code: string; values: Values } | null {
  if (error instanceof DirectoryInUseError)
    return { code: 'directory_in_use', values: { directory: error.directory, pid: error.pid ?? '?' } }
  if (error instanceof NewerSchemaError) return { code: 'newer_schema', values: {} }
  if (error instanceof ChangedMigrationError)
    return { code: 'changed_migration', values: { reason: error.message } }
  if (error instanceof SecretFileError) return { code: 'secret_file', values: { path: error.path } }
  const { code = '', path } = error as { code?: string; path?: string }
  const values = { reason: error.message, ...addressOf(config) }
  if ((code === 'EACCES' || code === 'EPERM') && path) return { code: 'no_access', values: { path } }
  const named = BY_STATE[code]
  if (named) return { code: named, values }
  return isUnavailable(error) ? { code: 'cannot_connect', values } : null
}

function addressOf({ database }: Config): Values {
  if (database.kind === 'embedded') return { place: database.dataDir, host: '', port: '', name: '', user: '' }
  const url = new URL(database.url)
  return {
    place: describeUrl(database.url),
    host: url.hostname || 'localhost',
    port: url.port || 5432,
    name: plainPart(url.pathname.slice(1)),
    user: plainPart(url.username),
  }
}

/** Node wraps several refused addresses in one AggregateError; ours may carry a cause. */
function innermost(error: unknown): Error {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0])
  if (!(error instanceof Error)) return new Error(String(error))
  const isNamed = (error as { code?: string }).code !== undefined || error.constructor !== Error
  return !isNamed && error.cause instanceof Error ? innermost(error.cause) : error
}

/** A part of a URL without its %-signs, or as it is when they are broken. */
export function plainPart(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
