import { type APIMessage, type Message, MessageType } from 'discord.js'

/** What the bot looks at in a message, from the gateway or from a list read later. */
export type MessageFacts = {
  id: string
  guildId: string
  channelId: string
  authorId: string
  username: string
  displayName: string
  isPerson: boolean
  type: number
  content: string
}

export function factsOfMessage(message: Message<true>): MessageFacts {
  const { author, member } = message
  return {
    id: message.id,
    guildId: message.guildId,
    channelId: message.channelId,
    authorId: author.id,
    username: author.username,
    displayName: member?.displayName ?? author.displayName,
    isPerson: !author.bot && !author.system && message.webhookId === null,
    type: message.type,
    content: message.content,
  }
}

export function factsOfRead(message: APIMessage, guildId: string): MessageFacts {
  const { author } = message
  return {
    id: message.id,
    guildId,
    channelId: message.channel_id,
    authorId: author.id,
    username: author.username,
    displayName: author.global_name ?? author.username,
    isPerson: !author.bot && !author.system && message.webhook_id === undefined,
    type: message.type,
    content: message.content,
  }
}

// A command of a bot with a prefix (`!rank`, `/rank` typed as text): talk to a machine, not to people.
const COMMAND = /^[!/][\p{L}\d]/u

/** Whether it is a person's own words: no bot, webhook, system message, forward or command. */
export function isTalk({ isPerson, type, content }: MessageFacts): boolean {
  return (
    isPerson && (type === MessageType.Default || type === MessageType.Reply) && !COMMAND.test(content.trim())
  )
}
