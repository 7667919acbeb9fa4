import { Command } from 'commander'
import { findAccountId } from '../../core/accounts/find-account.js'
import { identityKey } from '../../core/accounts/identity.js'
import { linkByOperator } from '../../core/linking/link-by-operator.js'
import { unlinkIdentity } from '../../core/linking/unlink-identity.js'
import { type Cli, type ExitCode, GOOD, printJson, REFUSED } from '../cli.js'
import { confirm } from '../confirm.js'
import { readConfig, withDatabase } from '../open-database.js'
import { accountNamed, audit, identityNamed, operatorContext, refused } from '../operator.js'
import type { Done } from '../program.js'

type Options = { yes?: boolean; json?: boolean }

/** `ttfd account link ACCOUNT platform:ID`: by the operator's word, for whom no other way is open. */
export function accountLinkCommand(cli: Cli, done: Done): Command {
  return pairCommand(cli, 'link').action(async (account: string, word: string, options: Options) =>
    done(await link(cli, account, word, options)),
  )
}

/** `ttfd account unlink ACCOUNT platform:ID`. */
export function accountUnlinkCommand(cli: Cli, done: Done): Command {
  return pairCommand(cli, 'unlink').action(async (account: string, word: string, options: Options) =>
    done(await unlink(cli, account, word, options)),
  )
}

function pairCommand({ t }: Cli, name: 'link' | 'unlink'): Command {
  return new Command(name)
    .description(t(`merging:cli.${name}`))
    .argument('<account>', t('cli:argument.account'))
    .argument('<identity>', t('merging:cli.argument.identity'))
    .option('--yes', t('merging:cli.option.yes'))
    .option('--json', t('cli:option.json'))
}

async function link(cli: Cli, word: string, named: string, options: Options): Promise<ExitCode> {
  const { t } = cli
  const identity = identityNamed(cli, named)
  const config = readConfig(cli)
  return withDatabase<ExitCode>(cli, config, async (db) => {
    const account = await accountNamed(cli, db.kysely, word)
    const values = { identity: identityKey(identity), account }
    if (!(await confirm(cli, t('merging:cli.link_question', values), options))) return REFUSED
    const context = await operatorContext(db, config)
    const result = await linkByOperator(db, { accountId: account, identity }, context)
    if (result.status === 'refused') throw refused(cli, result.reason, { ...result })
    if (result.status !== 'linked') throw refused(cli, result.status, { account })
    await audit(db.kysely, { act: 'account_link', accountId: result.accountId, detail: values })
    if (options.json) printJson(cli, { ...values, account: result.accountId })
    else cli.out(t('merging:cli.linked', { ...values, account: result.accountId }))
    return GOOD
  })
}

async function unlink(cli: Cli, word: string, named: string, options: Options): Promise<ExitCode> {
  const { t } = cli
  const identity = identityNamed(cli, named)
  const config = readConfig(cli)
  return withDatabase<ExitCode>(cli, config, async (db) => {
    const account = await accountNamed(cli, db.kysely, word)
    if ((await findAccountId(db.kysely, identity)) !== account) throw refused(cli, 'not_linked')
    const values = { identity: identityKey(identity), account }
    if (!(await confirm(cli, t('merging:cli.unlink_question', values), options))) return REFUSED
    const context = await operatorContext(db, config)
    const asked = { actor: identity, platform: identity.platform, byOperator: true }
    const result = await unlinkIdentity(db, asked, context)
    if (result.status !== 'unlinked') throw refused(cli, result.status, { ...result })
    await audit(db.kysely, { act: 'account_unlink', accountId: account, detail: values })
    if (options.json) printJson(cli, { ...values, left: result.left })
    else cli.out(t('merging:cli.unlinked', values))
    return GOOD
  })
}
