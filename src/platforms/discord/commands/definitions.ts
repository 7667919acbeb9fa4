import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type RESTPostAPIApplicationCommandsJSONBody,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js'
import { translator } from '../../../i18n/translate.js'

const en = translator('en')
const ru = translator('ru')

type Named = {
  name: string
  name_localizations: { ru: string }
  description: string
  description_localizations: { ru: string }
}

/** Name and description of a command or option in both languages, from the words under `key`. */
export function named(name: string, key: string): Named {
  const path = `discord:command.${key}`
  return {
    name,
    name_localizations: { ru: ru(`${path}.name`) },
    description: en(`${path}.description`),
    description_localizations: { ru: ru(`${path}.description`) },
  }
}

/** A choice of an option in both languages. */
function choice(value: string, key: string) {
  const path = `discord:command.${key}`
  return { value, name: en(path), name_localizations: { ru: ru(path) } }
}

/** `guild`: only in servers, since it pays or sets them up. `anywhere`: in the private chat with the bot as well. */
export type Reach = 'guild' | 'anywhere'

function reachOf(reach: Reach) {
  return {
    integration_types: [ApplicationIntegrationType.GuildInstall],
    contexts:
      reach === 'guild'
        ? [InteractionContextType.Guild]
        : [InteractionContextType.Guild, InteractionContextType.BotDM],
  }
}

/** A slash command whose words stand under `command.<name>`. */
export function slash(
  name: string,
  reach: Reach,
  more: Partial<RESTPostAPIChatInputApplicationCommandsJSONBody> = {},
): RESTPostAPIChatInputApplicationCommandsJSONBody {
  return { type: ApplicationCommandType.ChatInput, ...named(name, name), ...reachOf(reach), ...more }
}

/** An entry in a person's context menu. */
export function userMenu(key: string): RESTPostAPIApplicationCommandsJSONBody {
  return {
    type: ApplicationCommandType.User,
    name: en(`discord:command.${key}.name`),
    name_localizations: { ru: ru(`discord:command.${key}.name`) },
    ...reachOf('guild'),
  }
}

/** An option with fixed choices. */
export function choiceOption(
  name: string,
  key: string,
  values: readonly string[],
  required = false,
): APIApplicationCommandBasicOption {
  return {
    type: ApplicationCommandOptionType.String,
    ...named(name, key),
    required,
    choices: values.map((value) => choice(value, `${key}.choice.${value}`)),
  }
}
