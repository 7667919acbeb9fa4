import type { Device } from './device.js'

/** Words by key; core knows no language itself. */
type Say = (key: string, values?: Record<string, string>) => string

/** A browser and its system in a few words; what it calls itself, so good for one's own eyes only. */
export function deviceName(say: Say, { browser, os }: Device): string {
  if (browser && os) return say('auth:device.both', { browser, os })
  return browser ?? os ?? say('auth:device.unknown')
}
