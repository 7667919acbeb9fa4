import { Command } from 'commander'
import { type RoleSheet, readRoleSheets } from '../../core/doctor/role-sheet.js'
import { TIERS } from '../../core/roles/guild-roles.js'
import { type Cli, type ExitCode, GOOD, printJson, RefusedError } from '../cli.js'
import { readConfig, withDatabase } from '../open-database.js'
import type { Done } from '../program.js'
import { parseGuild, renderRoles, rolesMapCommand } from './roles-map.js'

type Options = { guild?: string; json?: boolean }

/** `ttfd roles [list|map]`: which Discord role stands for which tier, and how the members' roles stand. */
export function rolesCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  const roles = new Command('roles').description(t('cli:command.roles'))
  roles
    .command('list', { isDefault: true })
    .description(t('cli:command.roles_list'))
    .option('--guild <id>', t('cli:option.guild'))
    .option('--json', t('cli:option.json'))
    .action(async (options: Options) => done(await list(cli, options)))
  roles.addCommand(rolesMapCommand(cli, done))
  return roles
}

async function list(cli: Cli, options: Options): Promise<ExitCode> {
  const { t } = cli
  const guildId = options.guild === undefined ? null : parseGuild(t, options.guild)
  return withDatabase<ExitCode>(cli, readConfig(cli), async (db) => {
    const all = await readRoleSheets(db.kysely)
    const sheets = guildId === null ? all : all.filter((sheet) => sheet.guildId === guildId)
    if (guildId !== null && sheets.length === 0)
      throw new RefusedError(
        'no_rank_roles',
        t('cli:error.no_rank_roles', { guild: guildId }),
        t('cli:error_mend.no_rank_roles', { guild: guildId }),
      )
    if (options.json) printJson(cli, sheets)
    else if (sheets.length === 0) cli.out(t('cli:roles.none'))
    else for (const sheet of sheets) for (const line of renderSheet(cli, sheet)) cli.out(line)
    return GOOD
  })
}

function renderSheet(cli: Cli, { guildId, roles, members }: RoleSheet): string[] {
  const { t } = cli
  const lines = [
    t('cli:roles.guild', { guild: guildId }),
    ...renderRoles(cli, roles),
    `  ${t('cli:roles.members', { applied: members.applied, queued: members.queued })}`,
  ]
  for (const [reason, count] of Object.entries(members.blocked))
    lines.push(`  ${t('cli:roles.blocked', { reason: t(`cli:roles.reason.${reason}`), count })}`)
  const bare = TIERS.filter((tier) => roles[tier] === null)
  if (bare.length > 0) lines.push(`  ${t('cli:roles.map_hint', { guild: guildId, tier: bare[0] })}`)
  return lines
}
