import { connect, createServer, type Socket } from 'node:net'

export type TcpProxy = {
  port: number
  /** How many connections were made through it. */
  readonly connections: number
  /** Breaks every connection. */
  cut(): void
  /** From now on bytes disappear, in both directions, and nobody is told; new connections are refused. */
  swallow(): void
  /** Undoes `swallow`. */
  pass(): void
  /** Breaks the connection that next sends `text` to the server, before the server sees it; resolves then. */
  cutBefore(text: string): Promise<void>
  /** Lets the server do what it is asked, and breaks the connection instead of passing its answer `text`; resolves then. */
  cutInsteadOf(text: string): Promise<void>
  close(): Promise<void>
}

type Trap = { side: 'client' | 'server'; text: string; sprung: () => void }

/** A wire that can be cut, between a client and a server on loopback. */
export async function startProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<{ client: Socket; server: Socket }>()
  let isSwallowing = false
  let connections = 0
  let trap: Trap | null = null

  const listener = createServer((client) => {
    connections += 1
    if (isSwallowing) {
      client.destroy()
      return
    }
    const pair = { client, server: connect(targetPort, '127.0.0.1') }
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      pair.client.destroy()
      pair.server.destroy()
    }
    const relay = (side: Trap['side'], from: Socket, to: Socket) => {
      let seen = ''
      from.on('data', (chunk) => {
        if (isSwallowing) return
        seen = (seen + chunk.toString('latin1')).slice(-4096)
        if (trap && trap.side === side && seen.includes(trap.text)) {
          const { sprung } = trap
          trap = null
          end()
          sprung()
          return
        }
        if (!trap) seen = ''
        to.write(chunk)
      })
      from.on('error', end)
      from.on('close', end)
    }
    relay('client', client, pair.server)
    relay('server', pair.server, client)
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const cut = () => {
    for (const { client, server } of pairs) {
      client.destroy()
      server.destroy()
    }
  }
  const set = (side: Trap['side'], text: string) =>
    new Promise<void>((resolve) => {
      trap = { side, text, sprung: resolve }
    })
  return {
    port: address.port,
    get connections() {
      return connections
    },
    cut,
    swallow: () => {
      isSwallowing = true
    },
    pass: () => {
      isSwallowing = false
    },
    cutBefore: (text) => set('client', text),
    cutInsteadOf: (text) => set('server', text),
    async close() {
      cut()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}
