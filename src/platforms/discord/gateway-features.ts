import { type Client, Events, type Guild, Routes } from 'discord.js'
import { isOutage } from '../../core/availability/is-outage.js'
import { registerCommands } from './commands/register.js'
import { BUTTONS, COMMANDS } from './commands/registry.js'
import { Router } from './commands/router.js'
import { describeError } from './errors.js'
import { AwardQueue } from './intake/award-queue.js'
import { CatchUp, parentsOf } from './intake/catch-up.js'
import { Gaps } from './intake/gaps.js'
import { factsOfMessage } from './intake/message-facts.js'
import { MessageIntake } from './intake/message-intake.js'
import { SeenMarks } from './intake/seen-marks.js'
import { burnShownCode } from './linking/burn-shown-code.js'
import type { RoleWatch } from './roles/role-watch.js'
import type { Kit } from './types.js'
import { VoiceWatch } from './voice/voice-watch.js'

const REGISTER_AGAIN_MS = 30_000

/** Everything that listens to the gateway: messages, voice, roles, commands, and their timers. */
export class GatewayFeatures {
  readonly voice: VoiceWatch
  readonly #kit: Kit
  readonly #queue: AwardQueue
  readonly #marks = new SeenMarks()
  readonly #intake: MessageIntake
  readonly #catchUp: CatchUp
  readonly #gaps: Gaps
  readonly #roles: RoleWatch
  readonly #router: Router
  #client: Client | null = null
  #timers: NodeJS.Timeout[] = []
  #marking: Promise<void> = Promise.resolve()
  #starting: Promise<unknown> = Promise.resolve()
  #warnedOfPlaces = false

  constructor(kit: Kit, roles: RoleWatch) {
    this.#kit = kit
    this.#roles = roles
    this.#queue = new AwardQueue(kit.writer, { max: kit.tuning.retryQueueMax, log: kit.log })
    this.#gaps = new Gaps(this.#queue, this.#marks)
    this.#intake = new MessageIntake(kit, this.#queue, this.#marks, (guild, id) => this.#gaps.add(guild, id))
    this.#catchUp = new CatchUp(kit, this.#intake, this.#marks)
    this.voice = new VoiceWatch(kit)
    this.#router = new Router(kit, COMMANDS, BUTTONS)
  }

  /** Hangs itself onto a client that has not logged in yet. */
  attach(client: Client): void {
    this.#client = client
    this.#queue.restart()
    client.on(Events.MessageCreate, (message) => {
      if (!message.inGuild()) return
      void this.#intake.take(factsOfMessage(message), parentsOf(message.channel))
      void burnShownCode(this.#kit, message)
    })
    client.on(Events.InteractionCreate, (interaction) => this.#router.take(interaction))
    client.on(Events.ShardReady, (shard) => {
      this.#starting = Promise.all([this.#starting, this.#shardReady(client, shard)])
    })
    client.on(Events.GuildCreate, () => void this.#findOnlyGuild())
    client.on(Events.GuildDelete, () => void this.#findOnlyGuild())
    client.once(Events.ClientReady, (ready) => {
      this.#starting = Promise.all([this.#starting, this.#register(client, ready.application.id)])
    })
    this.#roles.attach(client)
    this.voice.attach(client)
    const { tuning } = this.#kit
    this.#timers = [
      setInterval(() => void this.voice.tick(), tuning.voiceTickMs),
      setInterval(() => void this.#saveMarks(), tuning.marksMs),
      setInterval(() => this.#roles.work(), tuning.roleQueueMs),
      setInterval(() => void this.#roles.sweep(), tuning.roleSweepCheckMs),
    ]
  }

  /** The client is gone: what came in is recorded as far as the database lets it. */
  async detach(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer)
    this.#client = null
    this.#roles.detach()
    await this.voice.detach()
    await this.#queue.stop(this.#kit.tuning.stopMs)
    await this.#saveMarks()
  }

  /** Resolves when everything that came in is recorded, answered and looked at. Made for tests. */
  async idle(): Promise<void> {
    await this.#starting
    await this.#catchUp.idle()
    await this.#queue.idle()
    await this.voice.idle()
    await this.#roles.idle()
    await this.#router.idle()
  }

  /** A new session: what was missed is read, who must have another role is looked for. */
  async #shardReady(client: Client, shard: number): Promise<void> {
    const guilds = client.guilds.cache.filter((guild) => guild.shardId === shard && guild.available)
    // The database may still be away; who has no account yet is found by his next message.
    await this.#catchUp.runAll([...guilds.values()], this.#findOnlyGuild())
    await this.#roles.sweep()
  }

  /** Nothing is listed: the bot pays if it is in one guild alone, else nowhere, and says so once. */
  async #findOnlyGuild(): Promise<void> {
    const { places, rest, settings, log } = this.#kit
    try {
      if (settings.payEverywhere || (await places.isAnythingListed())) return
      const guilds = (await rest.get(Routes.userGuilds(), {
        query: new URLSearchParams({ limit: '2' }),
      })) as Pick<Guild, 'id'>[]
      const [first, second] = guilds
      places.setOnlyGuild(first && !second ? first.id : null)
      if (second && !this.#warnedOfPlaces) {
        this.#warnedOfPlaces = true
        log.warn(
          {},
          'Discord pays nowhere: the bot is in several servers and none is listed. Mend: set DISCORD_GUILD_ID, or use /setup here in the server as an operator (ADMIN_ACCOUNTS)',
        )
      }
    } catch (error) {
      if (!isOutage(error)) log.warn({ error: describeError(error) }, 'the servers could not be counted')
    }
  }

  async #register(client: Client, applicationId: string): Promise<void> {
    const definitions = COMMANDS.map((command) => command.data)
    // One process of all may write them; the lowest shard is somebody's alone.
    if (this.#kit.settings.shards && !this.#kit.settings.shards.ids.includes(0)) return
    try {
      await registerCommands(this.#kit, applicationId, definitions)
    } catch (error) {
      this.#kit.log.warn({ error: describeError(error) }, 'commands could not be registered; trying again')
      if (this.#client !== client) return
      this.#timers.push(setTimeout(() => void this.#register(client, applicationId), REGISTER_AGAIN_MS))
    }
  }

  #saveMarks(): Promise<void> {
    this.#marking = this.#marking.then(async () => {
      const guilds = this.#client?.guilds.cache
      if (guilds) {
        await this.#catchUp.again((id) => guilds.get(id))
        await this.#gaps.close(this.#catchUp, (id) => guilds.get(id))
      }
      try {
        await this.#marks.save(this.#kit.db)
      } catch (error) {
        if (!isOutage(error))
          this.#kit.log.error({ error: describeError(error) }, 'marks could not be stored')
      }
    })
    return this.#marking
  }
}
