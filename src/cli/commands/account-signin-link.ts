import { randomInt } from 'node:crypto'
import { Command } from 'commander'
import { loadSecrets } from '../../config/secrets.js'
import { identityKey } from '../../core/accounts/identity.js'
import { newId } from '../../core/events/new-id.js'
import { issueOperatorLink } from '../../core/website/operator-link.js'
import { deriveSignInKey } from '../../core/website/sign-in-token.js'
import { type Cli, type ExitCode, GOOD, printJson, RefusedError } from '../cli.js'
import { readConfig, withDatabase } from '../open-database.js'
import { accountNamed, actorName } from '../operator.js'
import type { Done } from '../program.js'

/**
 * `ttfd account signin-link ACCOUNT`: a link of one use for a member whom no mail can reach. It is written down who gave
 * it, and at its use every identity of the account is told.
 */
export function accountSignInLinkCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('signin-link')
    .description(t('deletion:cli.signin_link'))
    .argument('<account>', t('cli:argument.account'))
    .option('--json', t('cli:option.json'))
    .action(async (word: string, { json = false }: { json?: boolean }) =>
      done(await giveLink(cli, word, json)),
    )
}

async function giveLink(cli: Cli, word: string, json: boolean): Promise<ExitCode> {
  const { t } = cli
  const config = readConfig(cli)
  return withDatabase<ExitCode>(cli, config, async (db) => {
    const accountId = await accountNamed(cli, db.kysely, word)
    const issued = await issueOperatorLink(
      db,
      { accountId, operator: actorName() },
      {
        now: new Date(),
        key: deriveSignInKey(loadSecrets(config).sessionSecret),
        newId: () => newId(Date.now()),
        random: (n) => randomInt(n),
        admins: new Set(config.admins.map(identityKey)),
      },
    )
    if (issued.status !== 'issued') {
      throw new RefusedError(
        issued.status,
        t(`deletion:cli.error.${issued.status}`, { account: accountId }),
        null,
      )
    }
    const url = `${config.http.publicUrl}/login/link/${issued.token}`
    if (json) {
      printJson(cli, { account: accountId, url, expires_at: issued.expiresAt })
      return GOOD
    }
    cli.out(t('deletion:cli.link', { account: accountId, until: issued.expiresAt.toISOString() }))
    cli.out(url)
    cli.err(t('deletion:cli.link_hint'))
    return GOOD
  })
}
