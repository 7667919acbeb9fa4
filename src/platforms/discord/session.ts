import { type Client, Events } from 'discord.js'
import { isWrongToken } from './errors.js'

const CLOSE_WRONG_TOKEN = 4004
const CLOSE_DISALLOWED_INTENTS = 4014

/** Why a client's life ended. All but `stopped` may be tried again, some only after a while. */
export type SessionEnd =
  | { why: 'stopped' }
  | { why: 'wrong_token' }
  | { why: 'disallowed_intents' }
  | { why: 'unreachable'; error: unknown }

/**
 * Logs a client in and resolves when its life has ended. Afterwards the client is destroyed. discord.js reconnects by
 * itself after ordinary losses; a refused token shows only by a shard that disconnects for good, while the client
 * still calls itself ready.
 */
export async function runSession(
  client: Client,
  token: string,
  { signal, loginMs }: { signal: AbortSignal; loginMs: number },
): Promise<SessionEnd> {
  let timer: NodeJS.Timeout | undefined
  const end = await new Promise<SessionEnd>((resolve) => {
    if (signal.aborted) return resolve({ why: 'stopped' })
    signal.addEventListener('abort', () => resolve({ why: 'stopped' }), { once: true })
    client.on(Events.ShardDisconnect, ({ code }) => {
      if (code === CLOSE_WRONG_TOKEN) resolve({ why: 'wrong_token' })
      else if (code === CLOSE_DISALLOWED_INTENTS) resolve({ why: 'disallowed_intents' })
      else resolve({ why: 'unreachable', error: new Error(`the gateway closed with ${code}`) })
    })
    timer = setTimeout(
      () => resolve({ why: 'unreachable', error: new Error('no answer from the gateway') }),
      loginMs,
    )
    client.once(Events.ShardReady, () => clearTimeout(timer))
    client
      .login(token)
      .catch((error: unknown) =>
        resolve(isWrongToken(error) ? { why: 'wrong_token' } : { why: 'unreachable', error }),
      )
  })
  clearTimeout(timer)
  await client.destroy().catch(() => {})
  return end
}
