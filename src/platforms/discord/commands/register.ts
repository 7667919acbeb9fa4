import { createHash } from 'node:crypto'
import { type APIApplicationCommand, type RESTPostAPIApplicationCommandsJSONBody, Routes } from 'discord.js'
import { readStoredSetting, writeStoredSetting } from '../../../core/duties/stored-settings.js'
import type { Kit } from '../types.js'

/**
 * Registers the commands with Discord when their definitions changed since the last time, or when Discord does not have
 * them (any more). Returns whether it wrote.
 */
export async function registerCommands(
  { db, rest, log }: Pick<Kit, 'db' | 'rest' | 'log'>,
  applicationId: string,
  commands: readonly RESTPostAPIApplicationCommandsJSONBody[],
): Promise<boolean> {
  const hash = createHash('sha256').update(JSON.stringify(commands)).digest('hex')
  const key = `discord_commands:${applicationId}`
  const route = Routes.applicationCommands(applicationId)
  if ((await readStoredSetting(db.kysely, key)) === hash) {
    const known = (await rest.get(route)) as APIApplicationCommand[]
    const names = (list: readonly { name: string }[]) => list.map(({ name }) => name).sort()
    if (JSON.stringify(names(known)) === JSON.stringify(names(commands))) return false
  }
  await rest.put(route, { body: commands })
  await writeStoredSetting(db, key, hash)
  log.info({ commands: commands.length }, 'commands registered with Discord')
  return true
}
