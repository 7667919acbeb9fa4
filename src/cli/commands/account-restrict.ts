import { Command } from 'commander'
import { findAccountId } from '../../core/accounts/find-account.js'
import { type Identity, identityKey } from '../../core/accounts/identity.js'
import { liftCarried, readCarried } from '../../core/restrictions/lift-carried.js'
import { liftRestrictions, restrict } from '../../core/restrictions/restrict.js'
import { RESTRICTION_KINDS } from '../../core/restrictions/restriction.js'
import type { Database } from '../../db/connect.js'
import { type Cli, type ExitCode, GOOD, printJson, REFUSED, WrongUseError } from '../cli.js'
import { confirm } from '../confirm.js'
import { readConfig, withDatabase } from '../open-database.js'
import { accountNamed, actorName, operatorContext, refused } from '../operator.js'
import type { Done } from '../program.js'
import { parseAccount } from './account.js'

type Options = { kind: string; reason?: string; until?: string; yes?: boolean; json?: boolean }

/** `ttfd account restrict ACCOUNT --kind unpaid|banned --reason … [--until DAY]`. */
export function accountRestrictCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('restrict')
    .description(t('restrictions:cli.restrict'))
    .argument('<account>', t('cli:argument.account'))
    .option('--kind <kind>', t('restrictions:cli.option.kind'), 'unpaid')
    .option('--reason <text>', t('restrictions:cli.option.reason'))
    .option('--until <time>', t('restrictions:cli.option.until'))
    .option('--yes', t('merging:cli.option.yes'))
    .option('--json', t('cli:option.json'))
    .action(async (account: string, options: Options) => done(await give(cli, account, options)))
}

/** `ttfd account lift ACCOUNT`: ends every restriction in force. */
export function accountLiftCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('lift')
    .description(t('restrictions:cli.lift'))
    .argument('<account>', t('cli:argument.account'))
    .option('--reason <text>', t('restrictions:cli.option.lift_reason'))
    .option('--yes', t('merging:cli.option.yes'))
    .option('--json', t('cli:option.json'))
    .action(async (account: string, options: Options) => done(await lift(cli, account, options)))
}

async function give(cli: Cli, word: string, options: Options): Promise<ExitCode> {
  const { t } = cli
  const kind = RESTRICTION_KINDS.find((one) => one === options.kind)
  if (!kind) throw new WrongUseError(t('restrictions:cli.unknown_kind', { word: options.kind }))
  const reason = options.reason?.trim() ?? ''
  if (reason === '' || reason.length > 500) throw new WrongUseError(t('merging:cli.reason_needed'))
  const until = options.until === undefined ? null : timeOf(cli, options.until)
  const config = readConfig(cli)
  return withDatabase<ExitCode>(cli, config, async (db) => {
    const accountId = await accountNamed(cli, db.kysely, word)
    const values = { account: accountId, kind: t(`restrictions:kind.${kind}`) }
    if (!(await confirm(cli, t('restrictions:cli.restrict_question', values), options))) return REFUSED
    const context = {
      ...(await operatorContext(db, config)),
      admins: new Set(config.admins.map(identityKey)),
    }
    const order = { accountId, kind, reason, until, givenBy: actorName() }
    const result = await db.transaction((tx) => restrict(tx, order, context))
    if (result.status === 'unknown_account') throw refused(cli, 'unknown_account', { account: word })
    if (result.status === 'admin_account') throw refused(cli, 'admin_account', { account: word })
    if (options.json) printJson(cli, { account: accountId, kind, until, restriction: result.id })
    else cli.out(t('restrictions:cli.restricted', values))
    return GOOD
  })
}

async function lift(cli: Cli, word: string, options: Options): Promise<ExitCode> {
  const { t } = cli
  const config = readConfig(cli)
  return withDatabase<ExitCode>(cli, config, async (db) => {
    const wanted = parseAccount(word)
    if (wanted && 'platform' in wanted && (await findAccountId(db.kysely, wanted)) === null)
      return liftFromIdentity(cli, db, wanted, options)
    const accountId = await accountNamed(cli, db.kysely, word)
    if (!(await confirm(cli, t('restrictions:cli.lift_question', { account: accountId }), options)))
      return REFUSED
    const context = await operatorContext(db, config)
    const order = { accountId, liftedBy: actorName(), reason: options.reason?.trim() ?? '' }
    const result = await db.transaction((tx) => liftRestrictions(tx, order, context))
    if (result.status === 'unknown_account') throw refused(cli, 'unknown_account', { account: word })
    const count = result.status === 'lifted' ? result.count : 0
    if (options.json) printJson(cli, { account: accountId, lifted: count })
    else cli.out(t('restrictions:cli.lifted', { account: accountId, count }))
    return GOOD
  })
}

/** An identity that left an account, or whose account was erased, still carries what restricted it. */
async function liftFromIdentity(
  cli: Cli,
  db: Database,
  identity: Identity,
  options: Options,
): Promise<ExitCode> {
  const { t } = cli
  const who = identityKey(identity)
  const context = { now: new Date(), keyedHash: db.keyedHash }
  const carried = await db.transaction((tx) => readCarried(tx, identity, context))
  if (carried.length === 0) throw refused(cli, 'unknown_account', { account: who })
  if (!(await confirm(cli, t('restrictions:cli.lift_identity_question', { who }), options))) return REFUSED
  const order = { identity, liftedBy: actorName(), reason: options.reason?.trim() ?? '' }
  const count = await db.transaction((tx) => liftCarried(tx, order, context))
  if (options.json) printJson(cli, { account: null, identity: who, lifted: count })
  else cli.out(t('restrictions:cli.lifted_identity', { who, count }))
  return GOOD
}

function timeOf({ t }: Cli, word: string): Date {
  const at = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(word)
    ? new Date(word)
    : new Date(Number.NaN)
  if (Number.isNaN(at.getTime()) || at.getTime() <= Date.now())
    throw new WrongUseError(t('restrictions:cli.bad_until', { word }))
  return at
}
