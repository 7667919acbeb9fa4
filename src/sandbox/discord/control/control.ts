import type { Core } from '../core.js'
import type { Gateway } from '../gateway/gateway.js'
import type { LoggedRequest } from '../http/request-log.js'
import type { HttpFront } from '../http/server.js'
import type { Interaction } from '../interactions/interaction-store.js'
import type { PrivilegedIntents } from '../model/intents.js'
import { createRole, deleteRole, dispatchRole } from '../model/members.js'
import { createMessage, editMessage } from '../model/messages.js'
import { guildCreatePayload } from '../model/payloads.js'
import { waitOn } from '../model/signal.js'
import { CHANNEL_TYPE, MESSAGE_FLAG, type Message, type Role } from '../model/types.js'
import { type PersonSpec, WorldBuilder } from '../model/world-builder.js'
import type { OAuth } from '../oauth/oauth.js'
import type { RuleHandle, Trouble } from '../trouble.js'
import { GatewayControl } from './gateway-control.js'
import { InteractionMaker } from './interactions.js'
import { Lookup } from './lookup.js'
import { Person } from './person.js'
import { Refused } from './refused.js'

export interface WaitFor {
  readonly timeoutMs?: number
  /** Only what came after this mark counts; 0 or absent: everything since the start. */
  readonly since?: number
}

/** The hand that moves the invented Discord, for tests and the playground. */
export class Control {
  readonly gateway: GatewayControl
  readonly trouble: Trouble
  readonly find: Lookup
  readonly #core: Core
  readonly #front: HttpFront
  readonly #oauth: OAuth
  readonly #maker: InteractionMaker
  readonly #people = new Map<string, Person>()

  constructor(core: Core, front: HttpFront, gateway: Gateway, oauth: OAuth, trouble: Trouble) {
    this.#core = core
    this.#front = front
    this.#oauth = oauth
    this.trouble = trouble
    this.gateway = new GatewayControl(gateway)
    this.find = new Lookup(core.world)
    this.#maker = new InteractionMaker(core, this.find)
  }

  /** A person (or another bot) of the world by key or id. */
  person(ref: string): Person {
    const user = this.find.user(ref)
    const known = this.#people.get(user.id)
    if (known) return known
    const person = new Person(user, this.#core.world, this.find, this.#maker)
    this.#people.set(user.id, person)
    return person
  }

  /** Invents one more person, in the guilds named. */
  addPerson(spec: PersonSpec, guilds: readonly string[] = []): Person {
    const user = new WorldBuilder(this.#core.world).person(spec, this.#core.world.ids.next())
    const person = this.person(user.id)
    for (const guild of guilds) person.joinGuild(guild)
    return person
  }

  /** Makes a role at a position by an administrator's hand. */
  createRole(guildRef: string, input: Partial<Omit<Role, 'id'>>): Role {
    return createRole(this.#core.world, this.find.guild(guildRef), input)
  }

  deleteRole(guildRef: string, roleRef: string): void {
    const guild = this.find.guild(guildRef)
    deleteRole(this.#core.world, guild, this.find.role(guild, roleRef))
  }

  /** Renames, moves or recolours a role, or changes what it may do. */
  changeRole(
    guildRef: string,
    roleRef: string,
    change: Partial<Pick<Role, 'name' | 'position' | 'color' | 'permissions'>>,
  ): void {
    const guild = this.find.guild(guildRef)
    const role = Object.assign(this.find.role(guild, roleRef), change)
    dispatchRole(this.#core.world, guild, role, 'GUILD_ROLE_UPDATE')
  }

  /** Lets a webhook speak. */
  webhookSays(webhookRef: string, content: string): Message {
    const { world } = this.#core
    const webhook = [...world.webhooks.values()].find(
      (one) => one.key === webhookRef || one.id === webhookRef,
    )
    if (!webhook) throw new Refused(`There is no webhook called ${webhookRef}`)
    return createMessage(world, world.channel(webhook.channelId), { authorId: webhook.id, webhook, content })
  }

  /** Writes a system message (pin 6, join 7, boost 8, thread made 18) in a person's name. */
  systemMessage(channelRef: string, type: number, personRef: string): Message {
    const { world } = this.#core
    return createMessage(world, this.find.channel(channelRef), {
      authorId: this.find.user(personRef).id,
      type,
    })
  }

  /** Publishes an announcement: it is marked, and a copy appears in a channel that follows it. */
  crosspost(message: Message, toChannelRef: string): Message {
    const { world } = this.#core
    if (this.find.channel(message.channelId).type !== CHANNEL_TYPE.announcement)
      throw new Refused('Only announcements can be published')
    editMessage(world, message, { flags: message.flags | MESSAGE_FLAG.crossposted, silent: true })
    const source = { id: message.channelId, name: this.find.channel(message.channelId).name }
    return createMessage(world, this.find.channel(toChannelRef), {
      authorId: source.id,
      webhook: source,
      content: message.content,
      flags: MESSAGE_FLAG.isCrosspost,
      reference: {
        type: 0,
        message_id: message.id,
        channel_id: message.channelId,
        guild_id: message.guildId,
      },
    })
  }

  /** Takes the bot out of a guild, or brings it back. */
  setBotInGuild(guildRef: string, present: boolean): void {
    const { world } = this.#core
    const guild = this.find.guild(guildRef)
    if (guild.members.has(world.botId) === present) return
    if (present) {
      const managed = [...guild.roles.values()]
        .filter((one) => one.botId === world.botId)
        .map((one) => one.id)
      guild.members.set(world.botId, {
        userId: world.botId,
        nick: null,
        roles: new Set(managed),
        joinedAt: world.now(),
        mute: false,
        deaf: false,
        timeoutUntil: null,
      })
      world.dispatch({
        t: 'GUILD_CREATE',
        guildId: guild.id,
        intents: 1,
        data: () => guildCreatePayload(world, guild, false),
      })
    } else {
      guild.members.delete(world.botId)
      world.dispatch({ t: 'GUILD_DELETE', guildId: guild.id, intents: 1, data: () => ({ id: guild.id }) })
    }
  }

  /** Does what a person does on the consent page; gives the address the browser would go to. null refuses. */
  authorize(address: string, personRef: string | null): string {
    return this.#oauth.authorize(address, personRef === null ? null : this.find.user(personRef).id)
  }

  /** Turns privileged intents on or off; sessions that run keep what they have. */
  allowIntents(change: Partial<PrivilegedIntents>): void {
    const { settings } = this.#core
    settings.privilegedIntents = { ...settings.privilegedIntents, ...change }
  }

  /** Makes the token endpoint treat the application's secret as wrong. */
  wrongSecret(times?: number): RuleHandle {
    return this.trouble.request({
      method: 'POST',
      path: /^\/oauth2\/token$/,
      does: { kind: 'status', status: 401, body: { error: 'invalid_client' } },
      ...(times === undefined ? {} : { times }),
    })
  }

  /** Leaves OAuth calls (token and the bearer's profile) without any answer. */
  silentOAuth(times?: number): RuleHandle {
    return this.trouble.request({
      path: /^\/(oauth2\/token|users\/@me)$/,
      does: { kind: 'silent' },
      ...(times === undefined ? {} : { times }),
    })
  }

  /** Requests seen so far; pass it as `since`. */
  get mark(): number {
    return this.#front.log.mark
  }

  requests(since = 0): LoggedRequest[] {
    return this.#front.log.list(since)
  }

  /** Refused requests: all by status, and those of the running ten minutes. */
  get invalidRequests(): {
    readonly total: Readonly<Record<401 | 403 | 429, number>>
    readonly inWindow: number
  } {
    return { total: this.#front.invalid.total, inWindow: this.#front.invalid.count }
  }

  /** Waits for a request that has ended and fits. */
  waitForRequest(fits: (request: LoggedRequest) => boolean, options: WaitFor = {}): Promise<LoggedRequest> {
    return waitOn(this.#front.log.ended, fits, {
      what: 'a request',
      past: this.#front.log.list(options.since ?? 0),
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    })
  }

  /** Waits for a message, new or edited, that fits; messages that exist already count. */
  async waitForMessage(
    fits: (message: Message) => boolean,
    options: { timeoutMs?: number } = {},
  ): Promise<Message> {
    const { world } = this.#core
    for (const message of world.allMessages()) if (fits(message)) return message
    const event = await waitOn(world.messageEvents, (one) => one.kind !== 'deleted' && fits(one.message), {
      what: 'a message',
      ...options,
    })
    return event.message
  }

  /** Waits for an interaction that got its first answer or missed its deadline. */
  waitForInteractionResponse(
    fits: (interaction: Interaction) => boolean,
    options: { timeoutMs?: number } = {},
  ): Promise<Interaction> {
    const past = [...this.#core.interactions.all()].filter((one) => one.answeredBy !== null || one.failed)
    return waitOn(this.#core.interactions.settled, fits, {
      what: 'an answer to an interaction',
      past,
      ...options,
    })
  }
}
