import type { Core } from '../core.js'
import { refusal } from '../errors.js'
import { bodyList, bodyObject } from '../http/body.js'
import type { Route, RouteCall } from '../http/router.js'
import { type Command, commandPayload } from '../interactions/command-store.js'
import type { Json } from '../model/types.js'
import { checkCommand, checkCommandList } from '../validate/commands.js'
import { Form } from '../validate/form.js'

const MAX_BY_TYPE: Readonly<Record<number, number>> = { 1: 100, 2: 15, 3: 15 }

/** Registration of application commands, global and for one guild. */
export function commandRoutes(core: Core): Route[] {
  return [
    ...routesFor(core, '/applications/:application'),
    ...routesFor(core, '/applications/:application/guilds/:guild'),
  ]
}

function routesFor(core: Core, root: string): Route[] {
  const { settings, commands, world } = core

  const placeOf = (call: RouteCall): string | null => {
    if (call.params.application !== settings.clientId) throw refusal('unknownApplication')
    const { guild } = call.params
    return guild === undefined ? null : world.guildOfBot(guild).id
  }
  const one = (call: RouteCall): Command => {
    const command = commands.byId(placeOf(call), call.params.command ?? '')
    if (!command) throw refusal('unknownCommand')
    return command
  }
  const shown = (command: Command, localizations = true): Json =>
    commandPayload(command, settings.clientId, localizations)
  const refuseTooMany = (definitions: readonly Json[]): void => {
    for (const [type, max] of Object.entries(MAX_BY_TYPE)) {
      if (definitions.filter((each) => Number(each.type ?? 1) === Number(type)).length > max)
        throw refusal('maxCommands')
    }
  }

  return [
    {
      method: 'GET',
      template: `${root}/commands`,
      door: 'bot',
      handle: (call) => {
        const localizations = call.query.get('with_localizations') === 'true'
        return { status: 200, body: commands.list(placeOf(call)).map((each) => shown(each, localizations)) }
      },
    },
    {
      method: 'PUT',
      template: `${root}/commands`,
      door: 'bot',
      handle: (call) => {
        const place = placeOf(call)
        const definitions = bodyList(call.body)
        refuseTooMany(definitions)
        checkCommandList(definitions)
        return { status: 200, body: commands.overwrite(place, definitions).map((each) => shown(each)) }
      },
    },
    {
      method: 'POST',
      template: `${root}/commands`,
      door: 'bot',
      handle: (call) => {
        const place = placeOf(call)
        const definition = bodyObject(call.body)
        const form = new Form()
        checkCommand(form, definition, [])
        form.check()
        const others = commands.list(place).filter((each) => each.name !== definition.name)
        refuseTooMany([...others.map((each) => each.definition), definition])
        const { command, isNew } = commands.put(place, definition)
        return { status: isNew ? 201 : 200, body: shown(command) }
      },
    },
    {
      method: 'GET',
      template: `${root}/commands/:command`,
      door: 'bot',
      handle: (call) => ({ status: 200, body: shown(one(call)) }),
    },
    {
      method: 'PATCH',
      template: `${root}/commands/:command`,
      door: 'bot',
      handle: (call) => {
        const before = one(call)
        const definition = { ...before.definition, ...bodyObject(call.body), type: before.type }
        const form = new Form()
        checkCommand(form, definition, [])
        form.check()
        return { status: 200, body: shown(commands.change(before, definition)) }
      },
    },
    {
      method: 'DELETE',
      template: `${root}/commands/:command`,
      door: 'bot',
      handle: (call) => {
        commands.remove(one(call))
        return { status: 204 }
      },
    },
  ]
}
