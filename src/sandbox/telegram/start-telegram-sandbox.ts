import { DEFAULT_LOCALE, type Locale, translator } from '../../i18n/translate.js'
import { Misbehaviour } from '../misbehaviour.js'
import type { Backend } from './backend.js'
import { TelegramControl } from './control.js'
import { RateLimiter, type RateLimits } from './rate-limits.js'
import type { TgUser } from './types.js'
import { UpdateQueue } from './updates.js'
import { WebhookSender } from './webhook.js'
import { Params, textsOf } from './wire/params.js'
import { callMethod, serveBotApi } from './wire/server.js'
import { CallbackQueries } from './world/callbacks.js'
import { CAST, type CastName } from './world/cast.js'
import { Dispatcher } from './world/dispatch.js'
import { FileStore } from './world/files.js'
import type { Person } from './world/person.js'
import { World } from './world/world.js'

/** The bot's token unless another is given. It opens nothing but this sandbox. */
const SANDBOX_TELEGRAM_TOKEN = '7000000001:sandbox-token-opens-nothing-real-00'

const EPOCH_2025_MS = Date.UTC(2025, 0, 1)
const GROUP_ID = -4_001_000
const SUPERGROUP_ID = -1_002_004_001_000
const CHANNEL_ID = -1_002_004_001_500

export interface TelegramSandboxOptions {
  /** TCP port on 127.0.0.1; 0 or absent: any free one. */
  port?: number
  token?: string
  botUsername?: string
  botName?: string
  /** Language of the groups' titles. Default: the community's. */
  locale?: Locale
  /** Telegram's privacy mode; off unless said otherwise, so that the bot reads its groups. */
  privacyMode?: boolean
  /** Real limits on sending; none when absent. See TELEGRAM_LIMITS. */
  rateLimits?: RateLimits
  /** How long a pressed button may be answered. Default 30 seconds. */
  callbackLifeSeconds?: number
  /** First wait before a failed webhook call is repeated; it doubles. Default 1,000 ms. */
  webhookRetryMs?: number
  /** The clock, in milliseconds. Default Date.now. */
  now?: () => number
  /**
   * Where message and update numbers begin. By default it follows from the clock, so that a program that kept
   * its database meets no number twice after a restart.
   */
  firstNumber?: number
}

export interface TelegramSandbox {
  /** Root address for a client (`apiRoot`). */
  readonly url: string
  readonly token: string
  readonly bot: TgUser
  readonly world: World
  readonly files: FileStore
  readonly control: TelegramControl
  /** The invented people by name. */
  readonly people: Readonly<Record<CastName, Person>>
  /** Ids of the chats that are there from the start. Olga owns both groups, Mia is an administrator. */
  readonly chats: { readonly group: number; readonly supergroup: number; readonly channel: number }
  close(): Promise<void>
}

/** Starts a Telegram of its own on 127.0.0.1: Bot API, invented people, a group, a supergroup and a channel. */
export async function startTelegramSandbox(options: TelegramSandboxOptions = {}): Promise<TelegramSandbox> {
  const now = options.now ?? Date.now
  const token = options.token ?? SANDBOX_TELEGRAM_TOKEN
  const first = options.firstNumber ?? Math.floor((now() - EPOCH_2025_MS) / 100)
  const bot: TgUser = {
    id: Number(token.split(':')[0]),
    is_bot: true,
    first_name: options.botName ?? 'TTFD',
    username: options.botUsername ?? 'ttfd_sandbox_bot',
  }
  const world = new World(bot, now, first)
  const misbehaviour = new Misbehaviour()
  const updates = new UpdateQueue(first, now, {
    onConfirmed: (updateId) => world.journal.append({ kind: 'confirmed', updateId }),
    onPush: () => webhook.kick(),
  })
  const webhook: WebhookSender = new WebhookSender(
    updates,
    options.webhookRetryMs ?? 1_000,
    now,
    async (method, args) => {
      const answer = await callMethod(
        backend,
        method,
        new Params(textsOf(args)),
        new AbortController().signal,
      )
      const request = { method, params: args, status: answer.status, answer: answer.body }
      world.journal.append({ kind: 'request', request })
    },
  )
  const settings = { privacyMode: options.privacyMode ?? false, commands: new Map(), texts: new Map() }
  const backend: Backend = {
    token,
    world,
    updates,
    webhook,
    settings,
    callbacks: new CallbackQueries((options.callbackLifeSeconds ?? 30) * 1000, now),
    files: new FileStore(),
    limits: new RateLimiter(options.rateLimits, now),
    pictureIds: new Map(),
  }
  const control = new TelegramControl(backend, new Dispatcher(world, updates, settings), misbehaviour)
  const people = fillWorld(control, options)
  const server = await serveBotApi(backend, misbehaviour, options.port ?? 0)
  return {
    url: server.url,
    token,
    bot,
    world,
    files: backend.files,
    control,
    people,
    chats: { group: GROUP_ID, supergroup: SUPERGROUP_ID, channel: CHANNEL_ID },
    close: async () => {
      webhook.close()
      updates.release()
      await server.close()
    },
  }
}

function fillWorld(control: TelegramControl, options: TelegramSandboxOptions): Record<CastName, Person> {
  const people: Record<CastName, Person> = {
    anya: control.addPerson(CAST.anya),
    boris: control.addPerson(CAST.boris),
    mia: control.addPerson(CAST.mia),
    zed: control.addPerson(CAST.zed),
    olga: control.addPerson(CAST.olga),
  }
  const crowd = {
    owner: people.olga.id,
    admins: [people.mia.id],
    members: [people.anya.id, people.boris.id, people.zed.id],
  }
  const t = translator(options.locale ?? DEFAULT_LOCALE)
  control.groups.create({ ...crowd, type: 'group', title: t('sandbox:group'), id: GROUP_ID, bot: 'member' })
  control.groups.create({
    ...crowd,
    type: 'supergroup',
    title: t('sandbox:supergroup'),
    username: 'ttfd_lounge',
    id: SUPERGROUP_ID,
    bot: 'member',
  })
  control.groups.create({
    type: 'channel',
    title: t('sandbox:channel'),
    owner: people.olga.id,
    id: CHANNEL_ID,
  })
  return people
}
