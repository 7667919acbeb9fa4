import { startDiscordSandbox } from '../sandbox/discord/server.js'
import { createPlayground } from '../sandbox/playground/create-playground.js'
import { discordPane } from '../sandbox/playground/discord-pane.js'
import { startTelegramSandbox } from '../sandbox/telegram/start-telegram-sandbox.js'

export type Sandbox = {
  telegram: { token: string; apiRoot: string }
  discord: { token: string; apiBase: string; clientId: string; clientSecret: string }
  playground: (request: Request) => Response | Promise<Response>
  close(): Promise<void>
}

/** Starts the invented outside world on loopback, with the playground page that shows it. */
export async function startSandbox(): Promise<Sandbox> {
  const telegram = await startTelegramSandbox()
  const discord = await startDiscordSandbox()
  const playground = createPlayground({
    telegram,
    discord: discordPane(discord),
    // Discord's consent page, when somebody signs in inside the frame.
    frameOrigins: [discord.url],
  })
  return {
    telegram: { token: telegram.token, apiRoot: telegram.url },
    discord: {
      token: discord.token,
      apiBase: discord.apiUrl,
      clientId: discord.clientId,
      clientSecret: discord.clientSecret,
    },
    playground: (request) => playground.fetch(request),
    async close() {
      await Promise.all([telegram.close(), discord.close()])
    },
  }
}
