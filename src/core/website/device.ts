/** A browser as it calls itself; null where it does not say. Names are proper names, the same in every language. */
export type Device = { browser: string | null; os: string | null }

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/YaBrowser\//, 'Yandex'],
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrom(?:e|ium)\/|CriOS\//, 'Chrome'],
  [/Version\/[\d.]+.*Safari\//, 'Safari'],
]
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Windows/, 'Windows'],
  [/Android/, 'Android'],
  [/iPhone|iPad|iPod/, 'iOS'],
  [/CrOS/, 'ChromeOS'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux|X11/, 'Linux'],
]

/** Reads a User-Agent. It is a claim: good for telling one's own devices apart, proof of nothing. */
export function readDevice(userAgent: string | null | undefined): Device {
  const text = (userAgent ?? '').slice(0, 512)
  const first = (list: typeof BROWSERS) => list.find(([pattern]) => pattern.test(text))?.[1] ?? null
  return { browser: first(BROWSERS), os: first(SYSTEMS) }
}

/** Reads a device that was kept as JSON. */
export function deviceFrom(value: unknown): Device {
  const kept = (value ?? {}) as Partial<Record<keyof Device, unknown>>
  const name = (raw: unknown) => (typeof raw === 'string' ? raw : null)
  return { browser: name(kept.browser), os: name(kept.os) }
}
