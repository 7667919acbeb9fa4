// A wire between a client and a server that can be cut. Plain JavaScript, so that the fault harness runs it as well.
// @ts-check
import { connect, createServer } from 'node:net'

/**
 * @typedef {object} TcpProxy
 * @property {number} port
 * @property {number} connections how many connections were made through it
 * @property {number} swallowed how many bytes have disappeared
 * @property {() => void} cut breaks every connection
 * @property {(ends?: 'ends too') => void} swallow from now on bytes disappear, in both directions, and nobody is told; new connections are refused.
 * `ends too`: nor does either side ever hear that the other one hung up
 * @property {() => void} pass undoes `swallow`
 * @property {(text: string) => Promise<void>} cutBefore breaks the connection that next sends `text` to the server, before the server sees it; resolves then
 * @property {(text: string) => Promise<void>} cutInsteadOf lets the server do what it is asked, and breaks the connection instead of passing its answer `text`; resolves then
 * @property {() => Promise<void>} close
 */

/** @typedef {{ side: 'client' | 'server', text: string, sprung: () => void }} Trap */

/**
 * A wire that can be cut, between a client and a server on loopback.
 * @param {number} targetPort
 * @param {string} [host] the address of this machine where clients find it
 * @returns {Promise<TcpProxy>}
 */
export async function startProxy(targetPort, host = '127.0.0.1') {
  /** @type {Set<{ client: import('node:net').Socket, server: import('node:net').Socket }>} */
  const pairs = new Set()
  let isSwallowing = false
  let areEndsSwallowed = false
  let connections = 0
  let swallowed = 0
  /** @type {Trap | null} */
  let trap = null

  const listener = createServer((client) => {
    connections += 1
    if (isSwallowing) {
      client.destroy()
      return
    }
    const pair = { client, server: connect(targetPort, '127.0.0.1') }
    pairs.add(pair)
    const end = () => {
      if (areEndsSwallowed) return
      pairs.delete(pair)
      pair.client.destroy()
      pair.server.destroy()
    }
    /** @param {Trap['side']} side @param {import('node:net').Socket} from @param {import('node:net').Socket} to */
    const relay = (side, from, to) => {
      let seen = ''
      from.on('data', (chunk) => {
        if (isSwallowing) {
          swallowed += chunk.length
          return
        }
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
  await new Promise((resolve) => listener.listen(0, host, () => resolve(undefined)))
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const cut = () => {
    for (const { client, server } of pairs) {
      client.destroy()
      server.destroy()
    }
  }
  /** @param {Trap['side']} side @param {string} text @returns {Promise<void>} */
  const set = (side, text) =>
    new Promise((resolve) => {
      trap = { side, text, sprung: () => resolve(undefined) }
    })
  return {
    port: address.port,
    get connections() {
      return connections
    },
    get swallowed() {
      return swallowed
    },
    cut,
    swallow: (ends) => {
      isSwallowing = true
      areEndsSwallowed = ends !== undefined
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
