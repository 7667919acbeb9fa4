import type { Command } from '../interactions/command-store.js'
import { optionsOf } from '../interactions/command-store.js'
import { channelPayload, memberPayload, rolePayload, userPayload } from '../model/payloads.js'
import type { Channel, Guild, Json } from '../model/types.js'
import type { World } from '../model/world.js'
import type { Lookup } from './lookup.js'
import { Refused } from './refused.js'

export type OptionValue = string | number | boolean

export interface TypedCommand {
  readonly options: Json[]
  readonly resolved: Json
}

/** Puts what a person typed into the form Discord sends, by the command's definition: types, bounds, choices, mentions. */
export class CommandInput {
  readonly #world: World
  readonly #find: Lookup
  readonly #guild: Guild | undefined
  readonly #channel: Channel
  readonly #resolved: Record<string, Json> = {}

  constructor(world: World, find: Lookup, channel: Channel) {
    this.#world = world
    this.#find = find
    this.#channel = channel
    this.#guild = world.guilds.get(channel.guildId ?? '')
  }

  /** `path` holds the sub-command names, outermost first. `focused` marks the option being completed. */
  read(
    command: Command,
    path: readonly string[],
    values: Readonly<Record<string, OptionValue>>,
    focused?: string,
  ): TypedCommand {
    const options = this.#level(command.definition, path, values, focused)
    return { options, resolved: this.#resolved }
  }

  #level(
    definition: Json,
    path: readonly string[],
    values: Readonly<Record<string, OptionValue>>,
    focused?: string,
  ): Json[] {
    const offered = optionsOf(definition)
    const [step, ...rest] = path
    const needsStep = offered.some((one) => one.type === 1 || one.type === 2)
    if (step !== undefined || needsStep) {
      const next = offered.find((one) => one.name === step && (one.type === 1 || one.type === 2))
      if (!next) throw new Refused(`/${String(definition.name)} has no sub-command ${step ?? '(none given)'}`)
      return [{ name: next.name, type: next.type, options: this.#level(next, rest, values, focused) }]
    }
    const unknown = Object.keys(values).find((name) => !offered.some((one) => one.name === name))
    if (unknown !== undefined) throw new Refused(`/${String(definition.name)} has no option ${unknown}`)
    return offered.flatMap((option) => this.#option(option, values[String(option.name)], focused))
  }

  #option(option: Json, value: OptionValue | undefined, focused: string | undefined): Json[] {
    const name = String(option.name)
    if (name === focused) return [{ name, type: option.type, value: String(value ?? ''), focused: true }]
    if (value === undefined) {
      if (option.required === true && focused === undefined)
        throw new Refused(`The option ${name} is required`, 'option')
      return []
    }
    const typed = this.#typed(option, value)
    const choices = Array.isArray(option.choices) ? (option.choices as Json[]) : []
    if (choices.length > 0 && !choices.some((one) => one.value === typed)) {
      throw new Refused(`${String(value)} is not among the choices of ${name}`, 'option')
    }
    return [{ name, type: option.type, value: typed }]
  }

  #typed(option: Json, value: OptionValue): OptionValue {
    const name = String(option.name)
    switch (option.type) {
      case 3:
        return bounded(name, String(value), String(value).length, option.min_length, option.max_length)
      case 4:
      case 10: {
        const number = Number(value)
        if (!Number.isFinite(number) || (option.type === 4 && !Number.isInteger(number)))
          throw new Refused(`${name} must be a number`, 'option')
        return bounded(name, number, number, option.min_value, option.max_value)
      }
      case 5:
        if (typeof value !== 'boolean') throw new Refused(`${name} must be yes or no`, 'option')
        return value
      default:
        return this.#mention(Number(option.type), String(value))
    }
  }

  /** Options of people, channels and roles travel as ids, with the things themselves under `resolved`. */
  #mention(type: number, ref: string): string {
    if (type === 7) {
      const channel = this.#find.channel(ref)
      this.#note('channels', channel.id, { ...channelPayload(this.#world, channel), permissions: '0' })
      return channel.id
    }
    if (type === 8 && this.#guild) {
      const role = this.#find.role(this.#guild, ref)
      this.#note('roles', role.id, rolePayload(role))
      return role.id
    }
    return this.noteUser(ref)
  }

  /** Adds a person to `resolved` and gives the id. */
  noteUser(ref: string): string {
    const user = this.#find.user(ref)
    this.#note('users', user.id, userPayload(user))
    const member = this.#guild?.members.get(user.id)
    if (member) {
      const permissions = this.#world.permissions(user.id, this.#channel).toString()
      this.#note('members', user.id, { ...memberPayload(this.#world, member, false), permissions })
    }
    return user.id
  }

  get resolved(): Json {
    return this.#resolved
  }

  #note(kind: string, id: string, payload: Json): void {
    const map = this.#resolved[kind] ?? {}
    map[id] = payload
    this.#resolved[kind] = map
  }
}

function bounded<T>(name: string, value: T, size: number, min: unknown, max: unknown): T {
  if (typeof min === 'number' && size < min) throw new Refused(`${name} is below ${min}`, 'option')
  if (typeof max === 'number' && size > max) throw new Refused(`${name} is above ${max}`, 'option')
  return value
}
