import type { AddressInfo } from 'node:net'
import { Control } from './control/control.js'
import type { Core } from './core.js'
import { Gateway } from './gateway/gateway.js'
import type { Reply } from './http/router.js'
import { HttpFront, type PageRequest } from './http/server.js'
import { CommandStore } from './interactions/command-store.js'
import { InteractionStore } from './interactions/interaction-store.js'
import { buildDefaultWorld } from './model/default-world.js'
import { pictureOf } from './model/pictures.js'
import { World } from './model/world.js'
import { OAuth } from './oauth/oauth.js'
import { type DiscordSandboxOptions, settingsFrom } from './options.js'
import { channelRoutes } from './rest/channels.js'
import { commandRoutes } from './rest/commands.js'
import { guildRoutes } from './rest/guilds.js'
import { interactionRoutes } from './rest/interactions.js'
import { memberRoutes } from './rest/members.js'
import { roleRoutes } from './rest/roles.js'
import { userRoutes } from './rest/users.js'
import { Trouble } from './trouble.js'

export interface DiscordSandbox {
  /** Base of REST and OAuth, without version: `http://127.0.0.1:<port>/api`. */
  readonly apiUrl: string
  readonly url: string
  readonly token: string
  readonly clientId: string
  readonly clientSecret: string
  readonly world: World
  readonly control: Control
  /** What the playground's pane needs besides the controls. */
  readonly core: Core
  close(): Promise<void>
}

/**
 * Starts an invented Discord on 127.0.0.1: REST v10, gateway v10 and OAuth2, with two guilds and a dozen people.
 * It knows nothing of the bot that connects to it and is as strict as Discord is.
 */
export async function startDiscordSandbox(options: DiscordSandboxOptions = {}): Promise<DiscordSandbox> {
  const settings = settingsFrom(options)
  const world = new World(settings.clientId, settings.now)
  buildDefaultWorld(world, settings.locale)
  const trouble = new Trouble(settings.seed)
  const gateway = new Gateway(settings, world, trouble)
  const oauth = new OAuth(settings, world)
  const core: Core = {
    settings,
    world,
    commands: new CommandStore(world),
    interactions: new InteractionStore(world, settings),
    gatewayInfo: () => ({ url: `ws://${new URL(world.url).host}`, identifiesLeft: gateway.identifiesLeft }),
  }
  const routes = [
    ...oauth.routes(),
    ...userRoutes(core, (token) => oauth.bearerUser(token)),
    ...guildRoutes(core),
    ...memberRoutes(core),
    ...roleRoutes(core),
    ...channelRoutes(core),
    ...commandRoutes(core),
    ...interactionRoutes(core),
  ]
  const front = new HttpFront({
    settings,
    trouble,
    routes,
    pages: async (request) => servePage(world, oauth, request),
  })
  gateway.listenOn(front.server)
  await new Promise<void>((resolve, reject) => {
    front.server.once('error', reject)
    front.server.listen(settings.port, '127.0.0.1', resolve)
  })
  const { port } = front.server.address() as AddressInfo
  world.url = `http://127.0.0.1:${port}`
  return {
    apiUrl: `${world.url}/api`,
    url: world.url,
    token: settings.token,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    world,
    control: new Control(core, front, gateway, oauth, trouble),
    core,
    close: async () => {
      gateway.close()
      core.interactions.close()
      const closed = new Promise<void>((resolve) => front.server.close(() => resolve()))
      front.server.closeAllConnections()
      await closed
    },
  }
}

/** What stands beside the API: the consent page and the files people and bots have sent. */
function servePage(world: World, oauth: OAuth, request: PageRequest): Reply | null {
  const { path } = request
  if (path === '/oauth2/authorize' && ['GET', 'POST'].includes(request.method)) return oauth.page(request)
  const [, folder, channelId = '', attachmentId] = path.split('/')
  if (folder === 'avatars' && request.method === 'GET') {
    const picture = pictureOf(
      world,
      channelId,
      attachmentId ?? '',
      Number(request.url.searchParams.get('size') ?? 1024),
    )
    return picture && { status: 200, body: Buffer.from(picture), headers: fileHeaders('image/png') }
  }
  if (folder !== 'attachments' || request.method !== 'GET') return null
  for (const message of world.messages.get(channelId)?.values() ?? []) {
    const found = message.attachments.find((one) => one.id === attachmentId)
    if (found) return { status: 200, body: found.bytes, headers: fileHeaders(found.contentType) }
  }
  return null
}

/** Files are never pages: whatever was uploaded, the browser shows no markup of it on this origin. */
function fileHeaders(contentType: string): Record<string, string> {
  const picture = /^image\/(png|jpeg|gif|webp)$/.test(contentType)
  return {
    'content-type': picture ? contentType : 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  }
}
