import { Command } from 'commander'
import { type RoleSheet, rolesByTier, type Tier } from '../../core/doctor/role-sheet.js'
import { readGuildRoles, setGuildRoles, TIERS } from '../../core/roles/guild-roles.js'
import type { Translate } from '../../i18n/translate.js'
import { type Cli, type ExitCode, GOOD, printJson, RefusedError, WrongUseError } from '../cli.js'
import { readConfig, withDatabase } from '../open-database.js'
import type { Done } from '../program.js'

/** `ttfd roles map <guild> F=<role id> …`: says which role stands for which tier; tiers not named stay as they are. */
export function rolesMapCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('map')
    .description(t('cli:command.roles_map'))
    .argument('<guild>', t('cli:argument.guild'))
    .argument('<roles...>', t('cli:argument.roles'))
    .option('--json', t('cli:option.json'))
    .addHelpText('after', `\n${t('cli:roles.find_ids')}`)
    .action(async (guild: string, words: string[], { json = false }: { json?: boolean }) =>
      done(await map(cli, guild, words, json)),
    )
}

async function map(cli: Cli, guild: string, words: readonly string[], json: boolean): Promise<ExitCode> {
  const { t } = cli
  const guildId = parseGuild(t, guild)
  const wanted = parseRoles(t, guildId, words)
  return withDatabase<ExitCode>(cli, readConfig(cli), async (db) => {
    const { status } = await setGuildRoles(db, guildId, wanted, 'cli')
    if (status === 'same_role_twice')
      throw new RefusedError(
        status,
        t('cli:error.same_role_twice'),
        t('cli:error_mend.same_role_twice', { guild: guildId }),
      )
    const roles = rolesByTier(await readGuildRoles(db.kysely, guildId))
    if (json) {
      printJson(cli, { guildId, roles })
      return GOOD
    }
    cli.out(t('cli:roles.guild', { guild: guildId }))
    for (const line of renderRoles(cli, roles)) cli.out(line)
    cli.out(t('cli:roles.next', { guild: guildId }))
    return GOOD
  })
}

/** A line for each tier, from the lowest. */
export function renderRoles({ t }: Cli, roles: RoleSheet['roles']): string[] {
  return TIERS.map((tier) => `  ${tier}  ${roles[tier] ?? t('cli:roles.no_role')}`)
}

/** Discord's ids: 17 digits from its first weeks, 20 at most in 64 bits. */
const SNOWFLAKE = /^[1-9]\d{16,19}$/

/** Reads a guild's id that a person typed, or throws WrongUseError. */
export function parseGuild(t: Translate, word: string): string {
  if (SNOWFLAKE.test(word)) return word
  throw new WrongUseError(`${t('cli:misuse.not_a_guild', { word })} ${t('cli:roles.find_ids')}`)
}

/** Reads `F=<role id>` words: each tier once, and never @everyone, whose id is the guild's. */
function parseRoles(t: Translate, guildId: string, words: readonly string[]): Map<Tier, string> {
  const roles = new Map<Tier, string>()
  for (const word of words) {
    const [letter = '', id = '', ...rest] = word.split('=')
    const tier = TIERS.find((one) => one === letter.toUpperCase())
    if (tier === undefined) throw new WrongUseError(t('cli:misuse.not_a_tier', { word }))
    if (roles.has(tier)) throw new WrongUseError(t('cli:misuse.tier_twice', { tier }))
    if (rest.length > 0 || !SNOWFLAKE.test(id))
      throw new WrongUseError(`${t('cli:misuse.not_a_role', { word })} ${t('cli:roles.find_ids')}`)
    if (id === guildId) throw new WrongUseError(t('cli:misuse.everyone', { word }))
    roles.set(tier, id)
  }
  return roles
}
