import { once } from 'node:events'
import { Client, type ClientOptions, GatewayIntentBits, Partials } from 'discord.js'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { DiscordSandboxOptions } from '../../../src/sandbox/discord/options.js'
import { type DiscordSandbox, startDiscordSandbox } from '../../../src/sandbox/discord/server.js'

const ALL_INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMembers,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildVoiceStates,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.MessageContent,
]

/** A sandbox that lives until the test ends. */
export async function sandbox(options: DiscordSandboxOptions = {}): Promise<DiscordSandbox> {
  const started = await startDiscordSandbox(options)
  onTestFinished(() => started.close())
  return started
}

/** A real discord.js client that talks to the sandbox; not yet logged in. */
export function client(at: DiscordSandbox, options: Partial<ClientOptions> = {}): Client {
  const made = new Client({
    intents: ALL_INTENTS,
    partials: [Partials.Channel],
    ...options,
    rest: { api: at.apiUrl, ...options.rest },
  })
  // A cut line is part of many tests; discord.js tells of it here.
  made.on('error', () => undefined)
  onTestFinished(() => made.destroy())
  return made
}

/** A client that is logged in and has its guilds. */
export async function readyClient(
  at: DiscordSandbox,
  options: Partial<ClientOptions> = {},
): Promise<Client<true>> {
  const made = client(at, options)
  const ready = once(made, 'clientReady')
  await made.login(at.token)
  await ready
  return made as Client<true>
}

/** Waits for the next event of a discord.js client. */
export async function next<T = unknown>(emitter: Client, event: string): Promise<T> {
  const [value] = await once(emitter, event, { signal: AbortSignal.timeout(30_000) })
  return value as T
}

export interface RawAnswer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely
  readonly body: any
}

/** One REST call as the bot, below `/api/v10`. */
export async function rest(
  at: DiscordSandbox,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  const response = await fetch(`${at.apiUrl}/v10${path}`, {
    method,
    headers: {
      authorization: `Bot ${at.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) }
}

// biome-ignore lint/suspicious/noExplicitAny: payloads are looked into freely
export type Payload = { op: number; t: string | null; s: number | null; d: any }

/** A bare gateway socket, for what discord.js would never do. */
export class RawGateway {
  readonly socket: WebSocket
  readonly received: Payload[] = []
  readonly #waiting = new Set<() => void>()
  closed: { code: number } | null = null

  constructor(url: string, query = '?v=10&encoding=json') {
    this.socket = new WebSocket(`${url}${query}`)
    this.socket.on('message', (data) => {
      this.received.push(JSON.parse(String(data)) as Payload)
      this.#wake()
    })
    this.socket.on('close', (code) => {
      this.closed = { code }
      this.#wake()
    })
    this.socket.on('error', () => undefined)
    onTestFinished(() => this.socket.terminate())
  }

  send(op: number, d: unknown): void {
    this.socket.send(JSON.stringify({ op, d }))
  }

  identify(token: string, extra: Record<string, unknown> = {}): void {
    this.send(2, {
      token,
      intents: 33281 + 2 + 128 + 4096,
      properties: { os: 'linux', browser: 't', device: 't' },
      ...extra,
    })
  }

  /** The first payload that fits, already here or to come. */
  async until(fits: (payload: Payload) => boolean): Promise<Payload> {
    return this.#until(() => this.received.find(fits))
  }

  async dispatch(t: string): Promise<Payload> {
    return this.until((one) => one.t === t)
  }

  async closing(): Promise<number> {
    return this.#until(() => this.closed?.code)
  }

  #until<T>(look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`Not seen; got ${this.received.map((one) => one.t ?? `op ${one.op}`)}`)),
        20_000,
      )
      const check = (): void => {
        const found = look()
        if (found === undefined) return
        clearTimeout(timer)
        this.#waiting.delete(check)
        resolve(found)
      }
      this.#waiting.add(check)
      check()
    })
  }

  #wake(): void {
    for (const check of [...this.#waiting]) check()
  }
}

/** A bare gateway connection that has said hello and identified. */
export async function identified(
  at: DiscordSandbox,
  extra: Record<string, unknown> = {},
): Promise<RawGateway> {
  const gateway = new RawGateway(at.url.replace('http', 'ws'))
  await gateway.until((one) => one.op === 10)
  gateway.identify(at.token, extra)
  await gateway.dispatch('READY')
  return gateway
}

/** Ids by key, so that tests need no numbers. */
export const ids = (at: DiscordSandbox) => ({
  user: (key: string) => at.control.find.user(key).id,
  guild: (key: string) => at.control.find.guild(key).id,
  channel: (key: string) => at.control.find.channel(key).id,
  role: (key: string, guild = 'ttfd') => at.control.find.role(at.control.find.guild(guild), key).id,
})
