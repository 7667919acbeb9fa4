import type { Io } from './io.js'

const BEGIN_MS = 2_000
const STEP_MS = 200
const WIDTH = 20
const BLOCK = 5

/** Waits for work; on a terminal a moving bar appears after 2 s, so that nobody takes it for dead. */
export async function withPatience<T>(io: Io, words: string, work: Promise<T>): Promise<T> {
  const draw = io.progress
  if (!draw) return work
  const began = performance.now()
  let step = 0
  let isShown = false
  const timer = setInterval(() => {
    const waited = performance.now() - began
    if (waited < BEGIN_MS) return
    isShown = true
    draw(`${bar(step++)} ${words} ${Math.round(waited / 1000)} s`)
  }, STEP_MS)
  try {
    return await work
  } finally {
    clearInterval(timer)
    if (isShown) draw('')
  }
}

/** A block that runs from left to right: the end of the work is not known. */
function bar(step: number): string {
  const at = step % WIDTH
  return Array.from({ length: WIDTH }, (_, i) => ((i - at + WIDTH) % WIDTH < BLOCK ? '█' : '░')).join('')
}
