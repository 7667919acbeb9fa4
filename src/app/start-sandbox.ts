import { createPlayground } from '../sandbox/playground/create-playground.js'
import { startTelegramSandbox } from '../sandbox/telegram/start-telegram-sandbox.js'

export type Sandbox = {
  telegram: { token: string; apiRoot: string }
  playground: (request: Request) => Response | Promise<Response>
  close(): Promise<void>
}

/** Starts the invented outside world on loopback, with the playground page that shows it. */
export async function startSandbox(): Promise<Sandbox> {
  const telegram = await startTelegramSandbox()
  const playground = createPlayground({ telegram })
  return {
    telegram: { token: telegram.token, apiRoot: telegram.url },
    playground: (request) => playground.fetch(request),
    close: () => telegram.close(),
  }
}
