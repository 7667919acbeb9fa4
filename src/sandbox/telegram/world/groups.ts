import type { ChatType, MemberStatus, TgMessage } from '../types.js'
import { TELEGRAM_ACCOUNTS } from './cast.js'
import type { Dispatcher } from './dispatch.js'
import type { Act } from './person.js'
import { textFields } from './sending.js'
import type { World, WorldChat } from './world.js'

export interface GroupSpec {
  type: Exclude<ChatType, 'private'>
  title: string
  /** Id of the person it belongs to. */
  owner: number
  admins?: readonly number[]
  members?: readonly number[]
  username?: string
  id?: number
  /** How the bot takes part; absent: not at all. */
  bot?: Extract<MemberStatus, 'member' | 'administrator'>
}

/** What happens to groups and in their name. */
export class GroupActs {
  constructor(
    private readonly world: World,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** Makes a group in which everybody is already; no messages come of it. */
  create(spec: GroupSpec): WorldChat {
    const { type, title, username, id } = spec
    const chat = this.world.addChat({ type, title, ...(username && { username }), ...(id && { id }) })
    for (const member of spec.members ?? []) chat.members.set(member, 'member')
    for (const admin of spec.admins ?? []) chat.members.set(admin, 'administrator')
    chat.members.set(spec.owner, 'creator')
    if (spec.bot) chat.members.set(this.world.bot.id, spec.bot)
    this.world.touch(chat)
    return chat
  }

  /** Puts the bot into a group, or changes what it is there. Returns the update's number. */
  setBot(chatId: number, by: number, status: MemberStatus): number | undefined {
    const chat = this.world.chat(chatId)
    const { bot } = this.world
    const before = this.world.statusOf(chat, bot.id)
    const wasIn = this.world.isMember(chat, bot.id)
    chat.members.set(bot.id, status)
    this.world.touch(chat)
    const from = this.world.user(by)
    const updateId = this.dispatcher.member({ chat, from, user: bot, before, after: status })
    const isIn = this.world.isMember(chat, bot.id)
    if (isIn && !wasIn) this.say(chat, { from, new_chat_members: [bot] })
    if (wasIn && !isIn) this.say(chat, { from, left_chat_member: bot })
    return updateId
  }

  /** Makes somebody an administrator, or takes that away. */
  setStatus(chatId: number, userId: number, by: number, status: MemberStatus): number | undefined {
    const chat = this.world.chat(chatId)
    const before = this.world.statusOf(chat, userId)
    chat.members.set(userId, status)
    this.world.touch(chat)
    return this.dispatcher.member({
      chat,
      from: this.world.user(by),
      user: this.world.user(userId),
      before,
      after: status,
    })
  }

  /**
   * Turns a basic group into a supergroup: a new chat with the same people. Both service messages are sent;
   * from now on the old id answers 400 with the new one in its parameters.
   */
  migrate(chatId: number): { chat: WorldChat; left: Act; arrived: Act } {
    const old = this.world.chat(chatId)
    if (old.type !== 'group' || old.migratedTo !== undefined)
      throw new Error('Only basic groups migrate, and once')
    const chat = this.world.addChat({ type: 'supergroup', title: old.title ?? '' })
    for (const [id, status] of old.members) chat.members.set(id, status)
    const owner = [...old.members].find(([, status]) => status === 'creator')?.[0]
    const from = owner === undefined ? {} : { from: this.world.user(owner) }
    const left = this.say(old, { ...from, migrate_to_chat_id: chat.id })
    old.migratedTo = chat.id
    const arrived = this.say(chat, { ...from, migrate_from_chat_id: old.id })
    this.world.touch(old)
    this.world.touch(chat)
    return { chat, left, arrived }
  }

  /** Posts as the group itself: an administrator who stays anonymous. */
  postAnonymously(chatId: number, text: string): Act {
    const chat = this.world.chat(chatId)
    return this.say(chat, {
      from: TELEGRAM_ACCOUNTS.anonymousAdmin,
      sender_chat: this.world.tgChat(chat),
      ...textFields(text),
    })
  }

  /** Posts in a group in the name of a channel. */
  postAsChannel(chatId: number, channelId: number, text: string): Act {
    return this.say(this.world.chat(chatId), {
      from: TELEGRAM_ACCOUNTS.channelBot,
      sender_chat: this.world.tgChat(this.world.chat(channelId)),
      ...textFields(text),
    })
  }

  /** What Telegram itself copies from a linked channel into its discussion group. */
  postFromLinkedChannel(chatId: number, channelId: number, text: string): Act {
    const channel = this.world.tgChat(this.world.chat(channelId))
    return this.say(this.world.chat(chatId), {
      from: TELEGRAM_ACCOUNTS.telegram,
      sender_chat: channel,
      is_automatic_forward: true,
      forward_origin: { type: 'channel', date: this.world.date(), chat: channel, message_id: 1 },
      ...textFields(text),
    })
  }

  private say(chat: WorldChat, content: Omit<TgMessage, 'message_id' | 'date' | 'chat'>): Act {
    const message = this.world.post(chat, content)
    return { message, updateId: this.dispatcher.message(chat, message) }
  }
}
