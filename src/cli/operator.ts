import { userInfo } from 'node:os'
import type { Config } from '../config/config.js'
import { findAccountId } from '../core/accounts/find-account.js'
import type { Identity } from '../core/accounts/identity.js'
import { writeAudit } from '../core/audit/write-audit.js'
import { newId } from '../core/events/new-id.js'
import type { LinkContext } from '../core/linking/link-request.js'
import { loadRules } from '../core/progression/load-rules.js'
import type { Database, Reader, Tx } from '../db/connect.js'
import { type Cli, RefusedError, WrongUseError } from './cli.js'
import { parseAccount } from './commands/account.js'

/** What core needs from an operator's command. Admins are no exception here: the command line is their way. */
export async function operatorContext(db: Database, config: Config): Promise<LinkContext> {
  const rules = await loadRules(db.kysely, { pay: config.pay, timeZone: config.timeZone })
  return { now: new Date(), rules, newId: () => newId(Date.now()), admins: new Set() }
}

/** Who acts, for the audit log: the user of this machine. */
export function actorName(): string {
  try {
    return `cli:${userInfo().username}`
  } catch {
    return 'cli'
  }
}

/** Writes down what an operator did. */
export async function audit(
  writer: Database['kysely'] | Tx,
  entry: { act: string; accountId: number | null; detail: Record<string, unknown> },
): Promise<void> {
  await writeAudit(writer, { actor: actorName(), ...entry })
}

/** The account that a word of the command line names: an id or an identity. */
export async function accountNamed(cli: Cli, reader: Reader, word: string): Promise<number> {
  const wanted = parseAccount(word)
  if (!wanted) throw new WrongUseError(cli.t('cli:misuse.not_an_account', { word }))
  const id = 'platform' in wanted ? await findAccountId(reader, wanted) : wanted.id
  if (id !== null) return id
  throw refused(cli, 'unknown_account', { account: word })
}

/** The identity that a word names: `telegram:ID`, `discord:ID`, `website:ADDRESS`. */
export function identityNamed(cli: Cli, word: string): Identity {
  const ids = /^(telegram|discord):(\d{1,20})$/.exec(word)
  if (ids?.[2]) return { platform: ids[1] === 'discord' ? 'discord' : 'telegram', id: ids[2] }
  const address = /^website:([^\s@]{1,64}@[^\s@]{1,190})$/.exec(word)
  if (address?.[1]) return { platform: 'website', id: address[1].toLowerCase() }
  throw new WrongUseError(cli.t('merging:cli.not_an_identity', { word }))
}

/** An error that says why core refused. */
export function refused(cli: Cli, reason: string, values: Record<string, unknown> = {}): RefusedError {
  const { platform, until } = values
  return new RefusedError(
    reason,
    cli.t(`merging:cli.error.${reason}`, {
      ...values,
      ...(typeof platform === 'string' ? { platform: cli.t(`common:platform.${platform}`) } : {}),
      ...(until instanceof Date ? { until: until.toISOString() } : {}),
    }),
    null,
  )
}
