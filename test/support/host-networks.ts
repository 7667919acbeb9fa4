import { spawnSync } from 'node:child_process'
import { startProxy } from './tcp-proxy.js'

/** A host as a program and a test see it. */
export type HostNetwork = {
  /** Put before a command that runs on this host. */
  run: string[]
  /** Where this host finds the database, and where the platforms. */
  database: { host: string; port: number }
  platform: { host: string; port: number }
  /** From now on nothing passes between this host and the database, and neither side is told. The platforms stay. */
  cutOff(): void
  /** It passes again. */
  back(): void
}

export type HostNetworks = { kind: 'namespaces' | 'processes'; hosts: HostNetwork[]; close(): Promise<void> }

/**
 * Networks for some hosts. Where this machine allows (Linux, root, iproute2) each host is a network namespace with two
 * cables, one to the database and one to the platforms; pulled out, a cable tells nobody, and put in again it brings
 * what was sent meanwhile. Elsewhere hosts are processes, each behind a relay of its own that can swallow.
 */
export async function startHostNetworks(
  count: number,
  ports: { database: number; platform: number },
): Promise<HostNetworks> {
  return (await startNamespaces(count, ports)) ?? startRelays(count, ports)
}

async function startRelays(
  count: number,
  ports: { database: number; platform: number },
): Promise<HostNetworks> {
  const wires = await Promise.all(Array.from({ length: count }, () => startProxy(ports.database)))
  return {
    kind: 'processes',
    hosts: wires.map((wire) => ({
      run: [],
      database: { host: '127.0.0.1', port: wire.port },
      platform: { host: '127.0.0.1', port: ports.platform },
      cutOff: () => wire.swallow(),
      // What was lost on the way is never answered, so both ends drop it, as a router does that forgot them.
      back: () => {
        wire.pass()
        wire.cut()
      },
    })),
    close: async () => void (await Promise.all(wires.map((wire) => wire.close()))),
  }
}

/** Addresses that are set apart for tests of networks and lead nowhere (RFC 2544). */
const NETS = { database: '198.18', platform: '198.19' } as const
type Cable = keyof typeof NETS

async function startNamespaces(
  count: number,
  ports: { database: number; platform: number },
): Promise<HostNetworks | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  // Names of interfaces have at most 15 letters; several test processes may do this at once.
  const mark = process.pid.toString(36)
  const third = process.pid % 250
  const cables = Object.keys(NETS) as Cable[]
  const bridge = (cable: Cable) => `tb${mark}${cable[0]}`
  const plug = (cable: Cable, n: number) => `tp${mark}${cable[0]}${n}`
  const address = (cable: Cable, last: number) => `${NETS[cable]}.${third}.${last}`
  const space = (n: number) => `ttfd-${mark}-${n}`
  const numbers = Array.from({ length: count }, (_, n) => n)
  const remove = () => {
    for (const n of numbers) ip('netns', 'del', space(n))
    for (const cable of cables) ip('link', 'del', bridge(cable))
  }

  const steps: string[][] = []
  for (const cable of cables) {
    steps.push(['link', 'add', bridge(cable), 'type', 'bridge'])
    steps.push(['addr', 'add', `${address(cable, 1)}/24`, 'dev', bridge(cable)])
    steps.push(['link', 'set', bridge(cable), 'up'])
  }
  for (const n of numbers) {
    steps.push(['netns', 'add', space(n)])
    steps.push(['-n', space(n), 'link', 'set', 'lo', 'up'])
    for (const cable of cables) {
      steps.push(['link', 'add', plug(cable, n), 'type', 'veth', 'peer', 'name', cable, 'netns', space(n)])
      steps.push(['link', 'set', plug(cable, n), 'master', bridge(cable), 'up'])
      steps.push(['-n', space(n), 'addr', 'add', `${address(cable, n + 2)}/24`, 'dev', cable])
      steps.push(['-n', space(n), 'link', 'set', cable, 'up'])
    }
  }
  if (!steps.every((step) => ip(...step))) {
    remove()
    return null
  }

  // The servers of the tests listen on loopback alone; these stand for them in the hosts' networks.
  const [database, platform] = await Promise.all(
    cables.map((cable) => startProxy(ports[cable], address(cable, 1))),
  )
  if (!database || !platform) throw new Error('no relay')
  return {
    kind: 'namespaces',
    hosts: numbers.map((n) => ({
      run: ['ip', 'netns', 'exec', space(n)],
      database: { host: address('database', 1), port: database.port },
      platform: { host: address('platform', 1), port: platform.port },
      cutOff: () => must('link', 'set', plug('database', n), 'nomaster'),
      back: () => must('link', 'set', plug('database', n), 'master', bridge('database')),
    })),
    close: async () => {
      await Promise.all([database.close(), platform.close()])
      remove()
    },
  }
}

function ip(...args: string[]): boolean {
  return spawnSync('ip', args, { stdio: 'ignore' }).status === 0
}

function must(...args: string[]): void {
  if (!ip(...args)) throw new Error(`ip ${args.join(' ')} failed`)
}
