import type { Config } from '../../config/config.js'
import { checkAccounts, checkUnprovenLinks } from '../../core/doctor/check-accounts.js'
import { checkClocks, checkSandboxMark, readVersion } from '../../core/doctor/check-database.js'
import { checkDeletions } from '../../core/doctor/check-deletions.js'
import { checkLedger } from '../../core/doctor/check-ledger.js'
import { checkMerges } from '../../core/doctor/check-merges.js'
import { checkPlaces } from '../../core/doctor/check-places.js'
import { checkRestrictions } from '../../core/doctor/check-restrictions.js'
import { checkRoles } from '../../core/doctor/check-roles.js'
import { checkSchema } from '../../core/doctor/check-schema.js'
import { checkSync, readHosts } from '../../core/doctor/check-sync.js'
import { type Finding, fail, ok, warn } from '../../core/doctor/finding.js'
import type { Database, Reader } from '../../db/connect.js'
import { readMigrations } from '../../db/migrator.js'
import { readManifest } from '../../db/schema-manifest.js'

/** Examines everything that the database can tell. A check that breaks is a finding and stops no other. */
export async function checkDatabase(
  db: Database,
  config: Config,
  discordGuildIds: readonly string[],
): Promise<Finding[]> {
  const reader = db.kysely
  const { words, isOldEnough } = await readVersion(reader)
  const findings = [whichDatabase(db, config, words)]
  if (!isOldEnough) findings.push(fail('postgres_too_old', { version: words }))
  const schema = await checkSchema(reader, { migrations: readMigrations(), manifest: readManifest() })
  findings.push(...schema.findings, ...(await checkClocks(reader, () => Date.now())))
  if (!schema.usable) return findings
  const realToken = !config.sandbox.on && (config.telegram.token !== null || config.discord.token !== null)
  const checks: ((reader: Reader) => Promise<Finding[]>)[] = [
    (r) => checkSandboxMark(r, { sandbox: config.sandbox.on, realToken }),
    checkLedger,
    checkMerges,
    checkRestrictions,
    checkAccounts,
    checkDeletions,
    checkUnprovenLinks,
    checkRoles,
    checkSync,
    (r) => checkPlaces(r, { sandbox: config.sandbox.on, platforms: platformsOf(config, discordGuildIds) }),
    (r) => checkSharedSecrets(r, config),
  ]
  for (const check of checks) {
    try {
      findings.push(...(await check(reader)))
    } catch (error) {
      findings.push(fail('check_failed', { reason: error instanceof Error ? error.message : String(error) }))
    }
  }
  return findings
}

function whichDatabase(db: Database, config: Config, version: string): Finding {
  const values = { place: db.place, version }
  if (db.kind === 'postgres') return ok('database_postgres', values)
  return config.sandbox.on ? ok('database_embedded', values) : warn('database_embedded_for_real', values)
}

/** With a token and nothing listed, Discord pays in the guild if the bot is in exactly one (design: "Environment"). */
function platformsOf({ telegram, discord }: Config, guildIds: readonly string[]) {
  const inOne = guildIds.length === 1 ? guildIds : []
  return [
    ...(telegram.token === null ? [] : [{ platform: 'telegram' as const, listed: telegram.groupIds }]),
    ...(discord.token === null
      ? []
      : [{ platform: 'discord' as const, listed: discord.guildIds.length > 0 ? discord.guildIds : inOne }]),
  ]
}

/** Each host would make its own secrets, and a session of one would be nothing to the other. */
async function checkSharedSecrets(reader: Reader, { given }: Config): Promise<Finding[]> {
  const hosts = await readHosts(reader)
  if (hosts.length < 2 || (given.sessionSecret !== null && given.idHashKey !== null)) return []
  return [fail('secrets_not_shared', { hosts: hosts.join(', ') })]
}
