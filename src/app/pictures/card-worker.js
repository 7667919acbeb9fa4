// Draws pictures in a thread of its own, so that no name can exhaust the program's memory or hold it up.
// Plain JavaScript, because a thread cannot load TypeScript.
// @ts-check

import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { Resvg } from '@resvg/resvg-js'
import satori from 'satori'
import { codePointsOf } from './font-coverage.js'
import { drawName, inside } from './name-drawing.js'

/**
 * @typedef {object} DrawingJob a picture of fixed size: SVG below, laid out words above it, a name on top
 * @property {number} id
 * @property {number} width pixels
 * @property {number} height pixels
 * @property {string} under SVG elements
 * @property {unknown} words satori's element tree
 * @property {import('./name-drawing.js').NamePlace} name
 */

if (!parentPort) throw new Error('card-worker runs as a worker thread only')
const port = parentPort

/** @type {{ name: string, weight: 500 | 800, path: string }[]} */
const files = workerData.fonts
const fonts = files.map(({ name, weight, path }) => ({
  name,
  weight,
  style: /** @type {const} */ ('normal'),
  data: readFileSync(path),
}))
const points = fonts.filter(({ weight }) => weight === 800).map(({ data }) => codePointsOf(data))
/** @param {number} point */
const has = (point) => points.some((some) => some.has(point))

/** @param {DrawingJob} job */
async function draw({ width, height, under, words, name }) {
  const [laidOut, drawnName] = [
    inside(await satori(/** @type {any} */ (words), { width, height, fonts })),
    await drawName(name, fonts, has),
  ]
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${under}${laidOut}${drawnName.svg}</svg>`
  return new Resvg(svg, { font: { loadSystemFonts: drawnName.system } }).render().asPng()
}

port.on('message', async (/** @type {DrawingJob} */ job) => {
  try {
    // A copy: the answer may be a view into memory of the library's own.
    const png = new Uint8Array(await draw(job))
    port.postMessage({ id: job.id, png }, [png.buffer])
  } catch (error) {
    port.postMessage({ id: job.id, error: error instanceof Error ? error.message : String(error) })
  }
})
// The first drawing reads the fonts and is slow; it happens before anybody's time is counted.
await drawName({ text: 'TTFD', fallback: 'TTFD', x: 0, y: 0, width: 100, size: 20, sizeMin: 10 }, fonts, has)
port.postMessage({ id: 0 })
