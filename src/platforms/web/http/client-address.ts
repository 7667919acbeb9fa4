import { BlockList, isIP, isIPv6 } from 'node:net'
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { Visitor } from '../../../core/website/sessions.js'

export type WebEnv = {
  Bindings: HttpBindings
  Variables: {
    /** Who is signed in; absent until it was looked up (src/platforms/web/auth/sign-in-kit.ts). */
    visitor?: Visitor | null
    /** The token of this browser's forms, once a page asked for it. */
    formToken?: string
  }
}

export type ClientAddress = {
  /** Whose request this is, for limits. */
  of(c: Context<WebEnv>): string
  /** Whether it comes from this machine itself: the socket says so and no forwarding header is there. */
  isLoopback(c: Context<WebEnv>): boolean
  /** The last address that is no trusted proxy and sent a forwarding header; null before the first. */
  readonly unlistedProxy: string | null
}

const FORWARDING = ['x-forwarded-for', 'x-real-ip', 'forwarded', 'x-forwarded-host', 'x-forwarded-proto']

/**
 * Tells addresses. X-Forwarded-For is believed only from the proxies listed, and read from the right: the first
 * address that is not a trusted proxy is the client. From anywhere else the header is ignored.
 */
export function clientAddress(trusted: readonly string[]): ClientAddress {
  const proxies = blockList(trusted)
  let unlistedProxy: string | null = null
  const isProxy = (address: string) => proxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  return {
    get unlistedProxy() {
      return unlistedProxy
    },
    of(c) {
      const socket = plain(c.env.incoming.socket.remoteAddress ?? '')
      const header = c.req.header('x-forwarded-for')
      if (header === undefined || !isIP(socket)) return socket
      if (!isProxy(socket)) {
        unlistedProxy = socket
        return socket
      }
      let client = socket
      for (const hop of header
        .split(',')
        .map((part) => plain(part.trim()))
        .reverse()) {
        if (!isIP(hop)) break
        client = hop
        if (!isProxy(hop)) break
      }
      return client
    },
    isLoopback(c) {
      const socket = plain(c.env.incoming.socket.remoteAddress ?? '')
      const isLocal = socket === '::1' || socket.startsWith('127.')
      return isLocal && FORWARDING.every((name) => c.req.header(name) === undefined)
    },
  }
}

function blockList(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}

/** An IPv4 address that arrived on an IPv6 socket in its own form. */
function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address
}
