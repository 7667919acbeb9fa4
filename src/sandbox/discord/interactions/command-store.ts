import type { Json } from '../model/types.js'
import type { World } from '../model/world.js'
import { isObject } from '../validate/form.js'

export interface Command {
  readonly id: string
  readonly guildId: string | null
  readonly name: string
  /** 1 slash command, 2 on a user, 3 on a message. */
  readonly type: number
  readonly definition: Json
  readonly version: string
}

const nested = (options: unknown): Json[] => (Array.isArray(options) ? options.filter(isObject) : [])

/** The application's registered commands, global ones and those of single guilds. */
export class CommandStore {
  readonly #world: World
  #commands: Command[] = []

  constructor(world: World) {
    this.#world = world
  }

  list(guildId: string | null): Command[] {
    return this.#commands.filter((one) => one.guildId === guildId)
  }

  byId(guildId: string | null, id: string): Command | undefined {
    return this.list(guildId).find((one) => one.id === id)
  }

  /** What a person finds in a guild (or in direct messages when null): the guild's own commands hide global ones. */
  offered(guildId: string | null): Command[] {
    const own = guildId ? this.list(guildId) : []
    const hidden = new Set(own.map((one) => `${one.type}:${one.name}`))
    const global = this.list(null).filter((one) => !hidden.has(`${one.type}:${one.name}`))
    return [...own, ...global.filter((one) => guildId !== null || usableInDm(one.definition))]
  }

  /** Replaces all commands of a place. A command of the same name and type keeps its id. */
  overwrite(guildId: string | null, definitions: readonly Json[]): Command[] {
    const old = this.list(guildId)
    const fresh = definitions.map((definition) => this.#make(guildId, definition, old))
    this.#commands = [...this.#commands.filter((one) => one.guildId !== guildId), ...fresh]
    this.#world.changes.emit()
    return fresh
  }

  /** Adds one command, or replaces the one of the same name and type. */
  put(guildId: string | null, definition: Json): { command: Command; isNew: boolean } {
    const old = this.list(guildId)
    const command = this.#make(guildId, definition, old)
    const isNew = !old.some((one) => one.id === command.id)
    this.#commands = [...this.#commands.filter((one) => one.id !== command.id), command]
    this.#world.changes.emit()
    return { command, isNew }
  }

  /** Changes a command, its name included; the id stays. */
  change(before: Command, definition: Json): Command {
    const changed = { ...before, name: String(definition.name), definition, version: this.#world.ids.next() }
    this.#commands = this.#commands.map((one) => (one === before ? changed : one))
    this.#world.changes.emit()
    return changed
  }

  remove(command: Command): void {
    this.#commands = this.#commands.filter((one) => one !== command)
    this.#world.changes.emit()
  }

  #make(guildId: string | null, definition: Json, old: readonly Command[]): Command {
    const name = String(definition.name)
    const type = Number(definition.type ?? 1)
    const before = old.find((one) => one.name === name && one.type === type)
    const same = before && JSON.stringify(before.definition) === JSON.stringify(definition)
    const version = same ? before.version : this.#world.ids.next()
    return { id: before?.id ?? this.#world.ids.next(), guildId, name, type, definition, version }
  }
}

function usableInDm(definition: Json): boolean {
  if (Array.isArray(definition.contexts)) return definition.contexts.includes(1)
  return definition.dm_permission !== false
}

/** A command as Discord answers it. Localised texts only when asked for. */
export function commandPayload(command: Command, applicationId: string, localizations = true): Json {
  const { definition } = command
  return {
    id: command.id,
    application_id: applicationId,
    version: command.version,
    default_member_permissions: definition.default_member_permissions ?? null,
    type: command.type,
    name: command.name,
    description: definition.description ?? '',
    dm_permission: definition.dm_permission ?? true,
    contexts: definition.contexts ?? null,
    integration_types: definition.integration_types ?? [0],
    nsfw: definition.nsfw ?? false,
    ...(localizations
      ? {
          name_localizations: definition.name_localizations ?? null,
          description_localizations: definition.description_localizations ?? null,
        }
      : {}),
    ...(Array.isArray(definition.options) && definition.options.length > 0
      ? { options: definition.options }
      : {}),
    ...(command.guildId ? { guild_id: command.guildId } : {}),
  }
}

/** The text of a definition in a person's language, as the client shows it. */
export function localized(definition: Json, key: 'name' | 'description', locale: string): string {
  const texts = definition[`${key}_localizations`]
  const text = isObject(texts) ? texts[locale] : undefined
  return String(typeof text === 'string' ? text : (definition[key] ?? ''))
}

/** The options below a definition or sub-command. */
export const optionsOf = (definition: Json): Json[] => nested(definition.options)
