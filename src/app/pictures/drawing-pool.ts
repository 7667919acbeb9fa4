import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { Picture } from './card-picture.js'

/** All threads are busy and so is the queue. */
export class DrawingBusyError extends Error {
  override name = 'DrawingBusyError'
}

/** A picture could not be drawn: out of time, out of memory, or the drawing failed. */
export class DrawingError extends Error {
  override name = 'DrawingError'
}

export type DrawingLimits = {
  /** Threads, and so pictures at once. */
  atOnce: number
  /** Pictures that may wait for a thread. */
  queueMax: number
  drawMs: number
  /** A thread that is not ready by then is given up. */
  startMs: number
  /** A thread without work ends after this, and gives its memory back. */
  idleMs: number
  heapMb: number
}

const LIMITS: DrawingLimits = {
  atOnce: 2,
  queueMax: 8,
  drawMs: 2_000,
  startMs: 20_000,
  idleMs: 60_000,
  heapMb: 192,
}

type Job = {
  picture: Picture
  resolve: (png: Uint8Array<ArrayBuffer>) => void
  reject: (error: Error) => void
}
type Answer = { id: number; png?: Uint8Array<ArrayBuffer>; error?: string }
type Thread = { worker: Worker; job: Job | null; timer: NodeJS.Timeout | undefined }

const WORKER = new URL('./card-worker.js', import.meta.url)

/** Draws pictures in threads that are started when needed; one that hangs or dies takes its own picture along, no more. */
export class DrawingPool {
  readonly #limits: DrawingLimits
  readonly #script: URL
  readonly #threads = new Set<Thread>()
  readonly #queue: Job[] = []
  #closed = false

  constructor(limits: Partial<DrawingLimits> = {}, script = WORKER) {
    this.#limits = { ...LIMITS, ...limits }
    this.#script = script
  }

  /** Rejects with DrawingBusyError or DrawingError. */
  draw(picture: Picture): Promise<Uint8Array<ArrayBuffer>> {
    return new Promise((resolve, reject) => {
      const isIdle =
        [...this.#threads].some(({ job }) => job === null) || this.#threads.size < this.#limits.atOnce
      if (this.#closed) return reject(new DrawingError('the program is about to end'))
      if (!isIdle && this.#queue.length >= this.#limits.queueMax) return reject(new DrawingBusyError())
      this.#queue.push({ picture, resolve, reject })
      this.#pump()
    })
  }

  /** Ends all threads; pictures under way are rejected. */
  async close(): Promise<void> {
    this.#closed = true
    for (const { reject } of this.#queue.splice(0)) reject(new DrawingError('the program is about to end'))
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()))
  }

  #pump(): void {
    while (this.#queue.length > 0) {
      const idle = [...this.#threads].find(({ job }) => job === null)
      if (!idle && this.#threads.size >= this.#limits.atOnce) return
      const job = this.#queue.shift()
      if (!job) return
      if (idle) this.#hand(idle, job)
      else this.#start(job)
    }
  }

  #start(job: Job): void {
    const worker = new Worker(this.#script, {
      workerData: { fonts: fontFiles() },
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.heapMb, maxYoungGenerationSizeMb: 32 },
      // What a library prints is not the program's word to its operator.
      stdout: true,
      stderr: true,
    })
    // Nothing waits for a thread without work.
    worker.unref()
    const thread: Thread = { worker, job, timer: undefined }
    this.#threads.add(thread)
    this.#watch(thread, this.#limits.startMs, 'the thread did not start in time')
    worker.on('message', (answer: Answer) => this.#answered(thread, answer))
    worker.on('error', (error: Error) => this.#ended(thread, error.message))
    worker.on('exit', () => this.#ended(thread, 'the thread ended'))
  }

  #hand(thread: Thread, job: Job): void {
    thread.job = job
    this.#watch(thread, this.#limits.drawMs, 'drawing took too long')
    thread.worker.postMessage({ id: 1, ...job.picture })
  }

  #answered(thread: Thread, { id, png, error }: Answer): void {
    const { job } = thread
    if (!job) return
    // The first message says that the thread is ready for the job that it was started for.
    if (id === 0) {
      this.#hand(thread, job)
      return
    }
    thread.job = null
    clearTimeout(thread.timer)
    if (png) job.resolve(png)
    else job.reject(new DrawingError(error ?? 'nothing was drawn'))
    thread.timer = setTimeout(() => this.#ended(thread, 'idle'), this.#limits.idleMs).unref()
    this.#pump()
  }

  #watch(thread: Thread, ms: number, why: string): void {
    clearTimeout(thread.timer)
    thread.timer = setTimeout(() => this.#ended(thread, why), ms)
  }

  #ended(thread: Thread, why: string): void {
    if (!this.#threads.delete(thread)) return
    clearTimeout(thread.timer)
    thread.job?.reject(new DrawingError(why))
    thread.job = null
    void thread.worker.terminate()
    if (!this.#closed) this.#pump()
  }
}

const SCRIPTS = [
  'latin',
  'cyrillic',
  'latin-ext',
  'cyrillic-ext',
  'greek',
  'greek-ext',
  'vietnamese',
] as const

/** Inter as satori can read it; each script is a family of its own, the first one with a letter draws it. */
function fontFiles(): { name: string; weight: 500 | 800; path: string }[] {
  const require = createRequire(import.meta.url)
  const file = (script: string, weight: 500 | 800) => ({
    name: script === 'latin' ? 'Inter' : `Inter ${script}`,
    weight,
    path: require.resolve(`@fontsource/inter/files/inter-${script}-${weight}-normal.woff`),
  })
  return [
    ...SCRIPTS.map((script) => file(script, 800)),
    // Words and numbers of our own; names are drawn in the heavier weight alone.
    ...SCRIPTS.slice(0, 2).map((script) => file(script, 500)),
  ]
}
