import type { WaitOptions } from '../journal.js'
import type { ActiveRule, FaultRule, Misbehaviour } from '../misbehaviour.js'
import type { Backend } from './backend.js'
import { commandsFor } from './methods/commands.js'
import type { TgBotCommand, TgMessage } from './types.js'
import type { RepeatRule } from './updates.js'
import type { PersonSpec } from './world/cast.js'
import type { Dispatcher } from './world/dispatch.js'
import type { RequestRecord } from './world/events.js'
import { GroupActs } from './world/groups.js'
import { Person } from './world/person.js'

export interface MessageWait extends WaitOptions {
  /** Only this chat. */
  chat?: number
}

/** The strings behind the stage: people and groups, what was received, and what shall go wrong. */
export class TelegramControl {
  readonly groups: GroupActs
  private readonly persons = new Map<number, Person>()

  constructor(
    private readonly backend: Backend,
    private readonly dispatcher: Dispatcher,
    private readonly misbehaviour: Misbehaviour,
  ) {
    this.groups = new GroupActs(backend.world, dispatcher)
  }

  /** Invents one more person. */
  addPerson(spec: PersonSpec): Person {
    this.backend.world.addPerson(spec)
    return this.person(spec.id)
  }

  person(id: number): Person {
    const known = this.persons.get(id)
    if (known) return known
    const { world, callbacks, files } = this.backend
    const person = new Person(world.user(id), { world, callbacks, files, dispatcher: this.dispatcher })
    this.persons.set(id, person)
    return person
  }

  people(): Person[] {
    const { world } = this.backend
    return [...world.users.keys()].filter((id) => world.chats.has(id)).map((id) => this.person(id))
  }

  /** Every message of a chat as it is now, oldest first. */
  messagesIn(chatId: number): TgMessage[] {
    return [...this.backend.world.chat(chatId).messages.values()]
  }

  /** The command menu that a person sees in a chat. */
  commandsFor(chatId: number, userId: number): TgBotCommand[] {
    return commandsFor(this.backend, this.backend.world.chat(chatId), userId)
  }

  /** The present place in the order of things, for `after`. */
  mark(): number {
    return this.backend.world.journal.mark()
  }

  /** Resolves with the first message, new or edited, for which `predicate` holds. Past ones count unless `after` is given. */
  waitForMessage(predicate: (message: TgMessage) => boolean, options: MessageWait = {}): Promise<TgMessage> {
    return this.backend.world.journal.waitFor(
      (event) => {
        if (event.kind !== 'message' && event.kind !== 'edited') return undefined
        if (options.chat !== undefined && event.chatId !== options.chat) return undefined
        return predicate(event.message) ? event.message : undefined
      },
      { what: 'a message', ...options },
    )
  }

  /** Requests received so far (the newest of them, the journal is bounded), oldest first. */
  requests(method?: string, after?: number): RequestRecord[] {
    const records: RequestRecord[] = []
    for (const event of this.backend.world.journal.since(after)) {
      if (event.kind === 'request' && (method === undefined || event.request.method === method)) {
        records.push(event.request)
      }
    }
    return records
  }

  /** Resolves with the first request, answered already, for which `predicate` holds. */
  waitForRequest(
    predicate: (request: RequestRecord) => boolean,
    options: WaitOptions = {},
  ): Promise<RequestRecord> {
    return this.backend.world.journal.waitFor(
      (event) => (event.kind === 'request' && predicate(event.request) ? event.request : undefined),
      { what: 'a request', ...options },
    )
  }

  /** Highest update number that the bot has confirmed, by offset or by a webhook's 2xx; 0 before the first. */
  lastUpdateConfirmed(): number {
    return this.backend.updates.confirmed
  }

  /** Updates that wait for the bot. */
  pendingUpdates(): number {
    return this.backend.updates.pendingCount
  }

  /** Resolves when the bot has confirmed this update. */
  async waitForConfirmed(updateId: number, timeoutMs = 20_000): Promise<void> {
    if (this.backend.updates.confirmed >= updateId) return
    await this.backend.world.journal.waitFor(
      (event) => (event.kind === 'confirmed' && event.updateId >= updateId ? true : undefined),
      { after: this.mark(), timeoutMs, what: `the confirmation of update ${updateId}` },
    )
  }

  /** Makes calls go wrong from now on, until the rule is spent or stopped. Rules add up. */
  misbehave(rule: FaultRule): ActiveRule {
    return this.misbehaviour.add(rule)
  }

  /** Delivers every update several times; `undefined` returns to once. */
  repeatUpdates(rule: RepeatRule | undefined): void {
    this.backend.updates.repeat = rule
  }

  /** Ends all misbehaviour and repetition. */
  behave(): void {
    this.misbehaviour.clear()
    this.repeatUpdates(undefined)
  }

  /** Delivers one update once more, although it is confirmed. False when it is too old or unknown. */
  redeliver(updateId: number): boolean {
    return this.backend.updates.redeliver(updateId)
  }

  /** Delivers any JSON value as an update. Objects without `update_id` get one; all else stays as it is. */
  injectUpdate(body: unknown): number {
    return this.backend.updates.inject(body)
  }

  /** Telegram's privacy mode of the bot: on = in groups it sees only what is meant for it. */
  setPrivacyMode(on: boolean): void {
    this.backend.settings.privacyMode = on
  }
}
