import type { Reader } from '../../db/connect.js'
import { listPlaces, type PlacePlatform } from '../places/places.js'
import { type Finding, ok, warn } from './finding.js'

export type PlacesAsked = {
  sandbox: boolean
  /** Platforms with a token, and the places that the environment lists. */
  platforms: readonly { platform: PlacePlatform; listed: readonly string[] }[]
}

/** Whether there is a guild or group in which acts pay, on every platform that is set up. */
export async function checkPlaces(reader: Reader, { sandbox, platforms }: PlacesAsked): Promise<Finding[]> {
  if (sandbox) return [ok('places_sandbox')]
  const findings: Finding[] = []
  for (const { platform, listed } of platforms) {
    const entered = (await listPlaces(reader, platform)).filter((place) => place.pays)
    const count = new Set([...listed, ...entered.map((place) => place.placeId)]).size
    findings.push(count > 0 ? ok(`places_${platform}`, { count }) : warn(`places_none_${platform}`))
  }
  return findings
}
