import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'

/** What a command may touch of the process around it. */
export type Io = {
  env: NodeJS.ProcessEnv
  cwd: string
  /** Writes one or more lines of the answer. */
  out(text: string): void
  /** Writes lines that are no part of the answer: errors, hints, progress. */
  err(text: string): void
  /** Width of the terminal that shows the answer; null when it goes to a file or a pipe. */
  columns: number | null
  /** Draws over the current line of a terminal; null where progress would only disturb. */
  progress: ((line: string) => void) | null
  /** What is piped in; null on a terminal. */
  input(): Promise<string | null>
  /** Asks the person at the terminal; absent where there is none. */
  ask?: (question: string) => Promise<string>
  /** Ends the process now, without waiting for anything. */
  exit(code: number): never
}

/** The process this command runs in. */
export function processIo(): Io {
  const { stdout, stderr, stdin } = process
  return {
    env: process.env,
    cwd: process.cwd(),
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    columns: stdout.isTTY ? stdout.columns : null,
    progress: stderr.isTTY ? (line) => void stderr.write(`\r\u001b[2K${line}`) : null,
    input: async () => (stdin.isTTY ? null : text(stdin)),
    ...(stdin.isTTY ? { ask: askTerminal } : {}),
    exit: (code) => process.exit(code),
  }
}

async function askTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question(question)
  } finally {
    terminal.close()
  }
}
