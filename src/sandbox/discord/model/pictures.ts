import { createHash } from 'node:crypto'
import { gradientPng } from '../../images.js'
import type { World } from './world.js'

type Colours = readonly [number, number]

/** Profile pictures carry their two colours in their hash, so that nothing else has to be kept. */
export function pictureHash(colours: Colours): string {
  const text = colours.map((colour) => colour.toString(16).padStart(6, '0')).join('')
  return text + createHash('sha256').update(text).digest('hex').slice(0, 20)
}

/** The picture under `/avatars/<user>/<hash>.png`; null unless it is that person's present one and a size that Discord has. */
export function pictureOf(world: World, userId: string, file: string, size: number): Uint8Array | null {
  const hash = /^([0-9a-f]{32})\.png$/.exec(file)?.[1]
  const isSize = Number.isInteger(Math.log2(size)) && size >= 16 && size <= 4096
  if (!hash || !isSize || world.users.get(userId)?.avatar !== hash) return null
  const colours = [0, 6].map((at) => Number.parseInt(hash.slice(at, at + 6), 16))
  return gradientPng(Math.min(size, 512), colours[0] ?? 0, colours[1] ?? 0)
}
