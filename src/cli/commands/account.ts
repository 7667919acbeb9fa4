import { Command } from 'commander'
import { findAccountId } from '../../core/accounts/find-account.js'
import type { Identity } from '../../core/accounts/identity.js'
import { type AccountSheet, readAccountSheet } from '../../core/doctor/account-sheet.js'
import type { CarriedRestriction } from '../../core/restrictions/carried-restrictions.js'
import { readCarried } from '../../core/restrictions/lift-carried.js'
import type { RestrictionRow } from '../../core/restrictions/read-restriction.js'
import type { Database, Reader } from '../../db/connect.js'
import { visible } from '../../observability/pretty-line.js'
import { type Cli, type ExitCode, GOOD, printJson, RefusedError, WrongUseError } from '../cli.js'
import { pad } from '../display-width.js'
import { readConfig, withDatabase } from '../open-database.js'
import type { Done } from '../program.js'
import { accountAdjustCommand } from './account-adjust.js'
import { accountDeleteCommand } from './account-delete.js'
import { accountExportCommand } from './account-export.js'
import { accountLinkCommand, accountUnlinkCommand } from './account-link.js'
import { accountMergeCommand } from './account-merge.js'
import { accountLiftCommand, accountRestrictCommand } from './account-restrict.js'
import { accountSignInLinkCommand } from './account-signin-link.js'
import { accountUndoMergeCommand } from './account-undo-merge.js'

/** `ttfd account show <id|telegram:ID|discord:ID>`: what is known about one account. */
export function accountCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  const account = new Command('account').description(t('cli:command.account'))
  account
    .command('show')
    .description(t('cli:command.account_show'))
    .argument('<account>', t('cli:argument.account'))
    .option('--json', t('cli:option.json'))
    .action(async (text: string, { json = false }: { json?: boolean }) => done(await show(cli, text, json)))
  for (const make of MORE) account.addCommand(make(cli, done))
  return account
}

const MORE = [
  accountLinkCommand,
  accountUnlinkCommand,
  accountMergeCommand,
  accountUndoMergeCommand,
  accountAdjustCommand,
  accountRestrictCommand,
  accountLiftCommand,
  accountSignInLinkCommand,
  accountExportCommand,
  accountDeleteCommand,
]

async function show(cli: Cli, text: string, json: boolean): Promise<ExitCode> {
  const { t } = cli
  const wanted = parseAccount(text)
  if (!wanted) throw new WrongUseError(t('cli:misuse.not_an_account', { word: text }))
  const config = readConfig(cli)
  return withDatabase<ExitCode>(cli, config, async (db) => {
    const sheet = await readSheet(db.kysely, wanted, config.timeZone)
    const carried = sheet || !('platform' in wanted) ? [] : await carriedBy(db, wanted)
    if (carried.length > 0) {
      if (json) printJson(cli, { id: null, identity: text, restrictions: carried })
      else for (const line of renderCarried(cli, text, carried)) cli.out(line)
      return GOOD
    }
    if (!sheet)
      throw new RefusedError(
        'no_such_account',
        t('cli:error.no_such_account', { word: text }),
        t('cli:error_mend.no_such_account'),
      )
    if (json) printJson(cli, sheet)
    else for (const line of renderSheet(cli, sheet)) cli.out(line)
    return GOOD
  })
}

type Wanted = { id: number } | { platform: 'telegram' | 'discord'; id: string }

/** The account that a word names: `7`, `telegram:1`, `discord:2`; null for any other word. */
export function parseAccount(text: string): Wanted | null {
  if (/^\d{1,15}$/.test(text)) return { id: Number(text) }
  const parts = /^(telegram|discord):(\d{1,20})$/.exec(text)
  if (!parts?.[2]) return null
  return { platform: parts[1] === 'discord' ? 'discord' : 'telegram', id: parts[2] }
}

async function readSheet(reader: Reader, wanted: Wanted, timeZone: string): Promise<AccountSheet | null> {
  const accountId = 'platform' in wanted ? await findAccountId(reader, wanted) : wanted.id
  return accountId === null ? null : readAccountSheet(reader, { accountId, now: new Date(), timeZone })
}

function carriedBy(db: Database, identity: Identity): Promise<CarriedRestriction[]> {
  const context = { now: new Date(), keyedHash: db.keyedHash }
  return db.transaction((tx) => readCarried(tx, identity, context))
}

/** What is known of an identity that has no account: what it would bring into one. */
function renderCarried({ t }: Cli, who: string, carried: readonly CarriedRestriction[]): string[] {
  return [
    t('restrictions:cli.no_account', { who }),
    ...carried.map(({ kind, reason, by, since, until }) => {
      const end = until === null ? t('restrictions:cli.until_lifted') : t('restrictions:cli.until', { until })
      return `  ${visible([t(`restrictions:kind.${kind}`), reason, end, since, by].join(', '))}`
    }),
    t('restrictions:cli.lift_hint', { who }),
  ]
}

function renderRestriction(
  { t }: Cli,
  { kind, reason, since, until, givenBy, liftedAt, liftedBy, inForce }: RestrictionRow,
): string {
  const end =
    until === null
      ? t('restrictions:cli.until_lifted')
      : t('restrictions:cli.until', { until: until.toISOString() })
  const over = liftedAt
    ? t('restrictions:cli.lifted_by', { at: liftedAt.toISOString(), by: liftedBy })
    : t(inForce ? 'restrictions:cli.in_force' : 'restrictions:cli.over')
  return [t(`restrictions:kind.${kind}`), over, reason, end, since.toISOString(), givenBy].join(', ')
}

function renderSheet(cli: Cli, sheet: AccountSheet): string[] {
  const { t } = cli
  const { progress, today, ledger } = sheet
  const facts: [string, string][] = [
    ['state', t(`cli:account.${sheet.state}`, { into: sheet.mergedInto ?? '' })],
    ['since', sheet.createdAt.toISOString()],
  ]
  if (progress) {
    facts.push(
      ['name', `${progress.displayName} (${progress.username})`],
      ['xp', `${progress.xp}`],
      ['coins', `${progress.coins}`],
      ['rank', `${progress.rankId}`],
      ['games', `${progress.gamesWon} / ${progress.gamesPlayed}`],
      ['voice', `${progress.voiceSeconds}`],
      ['messages', `${progress.messages}`],
      ['streak', `${progress.streak}`],
      ['last_active', progress.lastActive.toISOString()],
    )
  }
  facts.push(['ledger', t('cli:account.sums', { xp: ledger.xp, coins: ledger.coins, events: ledger.events })])
  for (const identity of sheet.identities) {
    facts.push([
      'identity',
      `${identity.platform}:${identity.id}${identity.username ? ` @${identity.username}` : ''}`,
    ])
  }
  for (const one of sheet.restrictions) facts.push(['restriction', renderRestriction(cli, one)])
  const counters = Object.entries(today.counters).map(([name, value]) => `${name}=${value}`)
  const daily = t(today.dailyClaimed ? 'cli:account.daily_claimed' : 'cli:account.daily_open')
  facts.push(['today', [today.day, daily, ...counters].join(', ')])
  if (sheet.linkUnproven) facts.push(['warning', t('cli:account.link_unproven')])
  const labels = facts.map(([key]) => t(`cli:account.label.${key}`))
  const width = Math.max(...labels.map((label) => label.length))
  const title = t('cli:account.title', { id: sheet.id })
  return [title, ...facts.map(([, value], i) => `  ${pad(labels[i] ?? '', width)}  ${visible(value)}`)]
}
