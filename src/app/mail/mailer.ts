/** A letter in plain text. Line ends are `\n`. */
export type Letter = { to: string; subject: string; text: string }

/** Sends one letter, or throws: a LetterRefusedError when no later try can succeed. */
export type SendLetter = (letter: Letter, signal?: AbortSignal) => Promise<void>

/** The address takes no letters. Its message names no address. */
export class LetterRefusedError extends Error {
  override name = 'LetterRefusedError'
}

export type Mailer = {
  /** Takes a letter and returns at once: how long it takes to send must tell nobody whether there was anything to send. */
  post(letter: Letter): void
  /** Waits a while for letters on their way. */
  close(): Promise<void>
}

const PAUSES_MS = [0, 5_000, 30_000]
const CLOSE_MS = 3_000
const WAITING_MAX = 500

/** Sends letters one after another, each up to three times. Letters that wait are lost when the program ends. */
export function createMailer(
  send: SendLetter,
  { warn }: { warn: (facts: object, message: string) => void },
): Mailer {
  const queue: Letter[] = []
  let running: Promise<void> | null = null
  let wake: (() => void) | null = null
  let closing = false

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, closing ? 0 : ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  async function carry(letter: Letter): Promise<void> {
    for (const [attempt, ms] of PAUSES_MS.entries()) {
      if (ms > 0) await pause(ms)
      try {
        return await send(letter)
      } catch (error) {
        const last = attempt === PAUSES_MS.length - 1 || error instanceof LetterRefusedError
        // The address is nobody's business, not even the log's.
        warn(
          { err: error, attempt: attempt + 1 },
          last ? 'a letter was given up' : 'a letter could not be sent',
        )
        if (last) return
      }
    }
  }

  async function run(): Promise<void> {
    for (let letter = queue.shift(); letter; letter = queue.shift()) await carry(letter)
    running = null
  }

  return {
    post(letter) {
      if (queue.length >= WAITING_MAX)
        return warn({ waiting: queue.length }, 'too many letters wait; one was dropped')
      queue.push(letter)
      running ??= run()
    },
    async close() {
      closing = true
      wake?.()
      let timer: NodeJS.Timeout | undefined
      await Promise.race([
        running ?? Promise.resolve(),
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, CLOSE_MS)
        }),
      ])
      clearTimeout(timer)
    },
  }
}
