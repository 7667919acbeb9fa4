import type { Journal } from '../../journal.js'
import type { MemberStatus, TgCallbackQuery, TgMessage, TgUser } from '../types.js'
import type { CallbackQueries } from './callbacks.js'
import type { Dispatcher } from './dispatch.js'
import type { CallbackAnswer, WorldEvent } from './events.js'
import type { FileStore } from './files.js'
import {
  type ButtonChoice,
  findButton,
  messageFields,
  originOf,
  type Sending,
  textFields,
} from './sending.js'
import type { World, WorldChat } from './world.js'

/** Something that was done in the world, and the update that told the bot; none when the bot may not see it. */
export interface Act {
  message: TgMessage
  updateId: number | undefined
}

/** A pressed button. `answer` waits for the bot's answerCallbackQuery. */
export interface Press {
  query: TgCallbackQuery
  updateId: number | undefined
  answer(timeoutMs?: number): Promise<CallbackAnswer>
}

export interface PersonTools {
  world: World
  dispatcher: Dispatcher
  callbacks: CallbackQueries
  files: FileStore
}

/** One invented person, able to do what people do in Telegram. */
export class Person {
  constructor(
    readonly user: TgUser,
    private readonly tools: PersonTools,
  ) {}

  get id(): number {
    return this.user.id
  }

  private get journal(): Journal<WorldEvent> {
    return this.tools.world.journal
  }

  /** Sends a text (as typed: commands and links are found, markup is not) or something else, here or in a group. */
  send(content: string | Sending, chat?: number): Act {
    const sending = typeof content === 'string' ? { text: content } : content
    const target = this.placeToWrite(chat ?? sending.chat ?? this.id)
    const message = this.tools.world.post(target, {
      from: this.user,
      ...messageFields(sending, target, this.tools.files),
    })
    return { message, updateId: this.tools.dispatcher.message(target, message) }
  }

  /** Sends to the bot and resolves with its next message or edit in that chat. */
  ask(content: string | Sending, timeoutMs?: number): Promise<TgMessage> {
    const after = this.journal.mark()
    const { message } = this.send(content)
    return this.nextFromBot(message.chat.id, after, timeoutMs)
  }

  /** Presses Start, or opens `t.me/<bot>?start=<payload>`. A blocked bot is unblocked by it. */
  start(payload?: string): Act {
    const { dialog } = this.privateChat()
    if (dialog.blocked) this.unblock()
    dialog.started = true
    return this.send(payload ? `/start ${payload}` : '/start')
  }

  /** Presses a button of a message as it is now. Throws when there is no such button with callback data. */
  press(message: Pick<TgMessage, 'message_id' | 'chat'>, choice: ButtonChoice): Press {
    const current = this.tools.world.chat(message.chat.id).messages.get(message.message_id)
    const rows = current?.reply_markup?.inline_keyboard ?? []
    const button = findButton(rows, choice)
    if (button?.callback_data === undefined) {
      const there = rows.flat().map(({ text }) => text)
      throw new Error(`No such button to press; there is: ${there.join(' | ') || 'none'}`)
    }
    return this.pressData(message, button.callback_data)
  }

  /** Sends any callback data for a message, as a tampered client can; the message may be old or edited since. */
  pressData(
    message: Pick<TgMessage, 'message_id' | 'chat'>,
    data: string,
    options: { expired?: boolean } = {},
  ): Press {
    const { world, callbacks } = this.tools
    const chat = world.chat(message.chat.id)
    const current = chat.messages.get(message.message_id)
    const sees = chat.type === 'private' ? chat.id === this.id : world.isMember(chat, this.id)
    if (!sees || !current) throw new Error('The message of this button is gone')
    const query = callbacks.add({
      from: this.user,
      message: current,
      chat_instance: instanceOf(chat.id),
      data,
    })
    if (options.expired) callbacks.expire(query.id)
    world.journal.append({ kind: 'pressed', query })
    return {
      query,
      updateId: this.tools.dispatcher.callback(query),
      answer: (timeoutMs) =>
        this.journal.waitFor(
          (event) => (event.kind === 'answered' && event.query.id === query.id ? event.answer : undefined),
          { what: `the answer to the button ${data}`, ...(timeoutMs !== undefined && { timeoutMs }) },
        ),
    }
  }

  /** Edits an own message. */
  edit(message: Pick<TgMessage, 'message_id' | 'chat'>, text: string): Act {
    const { world, dispatcher } = this.tools
    const chat = world.chat(message.chat.id)
    const current = chat.messages.get(message.message_id)
    if (current?.from?.id !== this.id) throw new Error('People edit their own messages only')
    const { entities: _, ...rest } = current
    const edited = world.replace(chat, { ...rest, ...textFields(text), edit_date: world.date() })
    return { message: edited, updateId: dispatcher.message(chat, edited, 'edited_message') }
  }

  /** Forwards a message that this person sees into another chat. */
  forward(message: TgMessage, chat = this.id): Act {
    const { world, dispatcher } = this.tools
    const target = this.placeToWrite(chat)
    const { text, entities, caption, caption_entities, photo, sticker } = message
    const forwarded = world.post(target, {
      from: this.user,
      forward_origin: message.forward_origin ?? originOf(message),
      ...Object.fromEntries(
        Object.entries({ text, entities, caption, caption_entities, photo, sticker }).filter(
          ([, value]) => value,
        ),
      ),
    })
    return { message: forwarded, updateId: dispatcher.message(target, forwarded) }
  }

  /** Stops the bot. From now on it gets 403 here. */
  block(): number | undefined {
    return this.setBlocked(true)
  }

  unblock(): number | undefined {
    return this.setBlocked(false)
  }

  /** Joins a group. Throws where nobody can join, and for who is in already. */
  join(
    chatId: number,
    status: Extract<MemberStatus, 'member' | 'administrator' | 'creator'> = 'member',
  ): Act {
    return this.setMembership(chatId, status)
  }

  /** Leaves a group. Throws for who is not in it. */
  leave(chatId: number): Act {
    return this.setMembership(chatId, 'left')
  }

  /** The next message or edit by the bot in a chat after a mark of the journal. */
  nextFromBot(chatId = this.id, after = this.journal.mark(), timeoutMs?: number): Promise<TgMessage> {
    const { bot } = this.tools.world
    return this.journal.waitFor(
      (event) => {
        const said = event.kind === 'message' || event.kind === 'edited'
        return said && event.chatId === chatId && event.message.from?.id === bot.id
          ? event.message
          : undefined
      },
      {
        after,
        what: `the bot's next message in chat ${chatId}`,
        ...(timeoutMs !== undefined && { timeoutMs }),
      },
    )
  }

  private privateChat(): WorldChat {
    return this.tools.world.chat(this.id)
  }

  private placeToWrite(chatId: number): WorldChat {
    const { world } = this.tools
    const chat = world.chat(chatId)
    if (chat.type !== 'private') {
      if (chat.migratedTo !== undefined) throw new Error('This group has become a supergroup; write there')
      if (!world.isMember(chat, this.id)) throw new Error(`${this.user.first_name} is not in this group`)
      return chat
    }
    if (chat.id !== this.id) throw new Error('People write in their own private chat with the bot only')
    if (chat.dialog.blocked) throw new Error('The bot is blocked here; unblock it first')
    chat.dialog.started = true
    return chat
  }

  private setMembership(chatId: number, after: MemberStatus): Act {
    const { world, dispatcher } = this.tools
    const chat = world.chat(chatId)
    const joins = after !== 'left'
    const isGroup = chat.type === 'group' || chat.type === 'supergroup'
    if (!isGroup || chat.migratedTo !== undefined) throw new Error('People join and leave groups only')
    if (world.isMember(chat, this.id) === joins)
      throw new Error(joins ? 'Already in this group' : 'Not in this group')
    const before = world.statusOf(chat, this.id)
    chat.members.set(this.id, after)
    const message = world.post(chat, {
      from: this.user,
      ...(joins ? { new_chat_members: [this.user] } : { left_chat_member: this.user }),
    })
    world.touch(chat)
    dispatcher.member({ chat, from: this.user, user: this.user, before, after })
    return { message, updateId: dispatcher.message(chat, message) }
  }

  private setBlocked(blocked: boolean): number | undefined {
    const { world, dispatcher } = this.tools
    const chat = this.privateChat()
    if (chat.dialog.blocked === blocked) return undefined
    chat.dialog.blocked = blocked
    world.touch(chat)
    const [before, after] = blocked ? (['member', 'kicked'] as const) : (['kicked', 'member'] as const)
    return dispatcher.member({ chat, from: this.user, user: world.bot, before, after })
  }
}

function instanceOf(chatId: number): string {
  return String(BigInt(chatId) * 7_919n + 4_000_000_000_000_000_007n)
}
