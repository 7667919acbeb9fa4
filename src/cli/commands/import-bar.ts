import progress from 'cli-progress'
import type { OldStore } from '../../import/records.js'
import type { ImportPhase } from '../../import/run/run-import.js'
import type { Cli } from '../cli.js'
import type { Io } from '../io.js'

const DRAW_MS = 150
const WIDTH = 24

/** A progress bar with rate and time left, on a terminal; elsewhere nothing. */
export function importBar(cli: Cli) {
  const draw = cli.progress
  let phase = ''
  let began = 0
  let drawnAt = 0
  const show = (name: ImportPhase, done: number, total: number | null, words: string): void => {
    if (!draw) return
    const now = performance.now()
    if (phase !== name + words) {
      phase = name + words
      began = now
      drawnAt = 0
    }
    if (now - drawnAt < DRAW_MS) return
    drawnAt = now
    const title = cli.t(`import:phase.${name}`, { name: words })
    draw(
      total === null || total === 0
        ? title
        : barLine(cli, title, { done, total, seconds: (now - began) / 1000 }),
    )
  }
  return {
    listen: () => (draw ? { onProgress: show } : {}),
    reading: () => (store: OldStore, done: number, total: number | null) =>
      show('read', done, total, store.name),
    clear: () => draw?.(''),
  }
}

/** One line: bar, share, rate, time left. */
export function barLine(
  { t }: Pick<Cli, 't'> & Partial<Io>,
  title: string,
  { done, total, seconds }: { done: number; total: number; seconds: number },
): string {
  const share = Math.min(1, done / total)
  const bar = progress.Format.BarFormat(share, {
    barsize: WIDTH,
    barCompleteString: '█'.repeat(WIDTH),
    barIncompleteString: '░'.repeat(WIDTH),
    barGlue: '',
  } as progress.Options)
  const rate = seconds > 0 ? Math.round(done / seconds) : 0
  const left = rate > 0 ? Math.ceil((total - done) / rate) : null
  const parts = [
    `${title} ${bar} ${Math.floor(share * 100)} %`,
    t('import:bar.rate', { rate: readable(rate) }),
  ]
  if (left !== null) parts.push(t('import:bar.left', { left: clock(left) }))
  return parts.join(' · ')
}

function readable(rate: number): string {
  if (rate >= 1_000_000) return `${(rate / 1_000_000).toFixed(1)}M`
  return rate >= 10_000 ? `${Math.round(rate / 1_000)}k` : String(rate)
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
