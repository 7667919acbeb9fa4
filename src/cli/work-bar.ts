import type { Cli } from './cli.js'
import { barLine } from './commands/import-bar.js'

const BEGIN_MS = 2_000
const DRAW_MS = 150

/** A progress bar for one piece of work, on a terminal and from 2 s on; elsewhere nothing. */
export function workBar(cli: Cli, title: string) {
  const draw = cli.progress
  const began = performance.now()
  let drawnAt = 0
  return {
    show(done: number, total: number): void {
      const now = performance.now()
      if (!draw || now - began < BEGIN_MS || now - drawnAt < DRAW_MS) return
      drawnAt = now
      draw(barLine(cli, title, { done, total: Math.max(done, total, 1), seconds: (now - began) / 1000 }))
    },
    clear: () => (drawnAt > 0 ? draw?.('') : undefined),
  }
}
