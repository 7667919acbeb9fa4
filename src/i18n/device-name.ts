/** A browser and its system, as `core/website/device.ts` reads them. */
export type DeviceFacts = { browser: string | null; os: string | null }

type Say = (key: string, values?: Record<string, string>) => string

/** A browser and its system in a few words; what it calls itself, so good for one's own eyes only. */
export function deviceName(say: Say, { browser, os }: DeviceFacts): string {
  if (browser && os) return say('auth:device.both', { browser, os })
  return browser ?? os ?? say('auth:device.unknown')
}
