// @ts-check
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const SERVER = fileURLToPath(new URL('./web-server.js', import.meta.url))

/**
 * Starts a script in a process of its own, where it may hold `files` open. Rejects loudly where the machine does not
 * allow as many.
 * @param {string} file @param {number} [files]
 */
export function startChild(file, files) {
  const stdio = /** @type {any} */ (['ignore', 'inherit', 'inherit', 'ipc'])
  // A shell raises the limit and then becomes the process.
  const raise = `ulimit -n ${files} || { echo "the machine does not let a process hold ${files} files open" >&2; exit 1; }`
  const child =
    files === undefined
      ? spawn(process.execPath, [file], { stdio })
      : spawn('bash', ['-c', `${raise}; exec "$0" "$1"`, process.execPath, file], { stdio })
  /** @param {object} order @returns {Promise<any>} */
  const ask = (order) =>
    new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`a process of the bench ended (${file})`))
      child.once('exit', ended)
      child.once('message', (/** @type {any} */ answer) => {
        child.off('exit', ended)
        if (answer.failed) reject(new Error(answer.failed))
        else resolve(answer)
      })
      child.send(order)
    })
  return { ask, stop: () => void child.kill('SIGKILL') }
}

/**
 * Starts a web server in a process of its own (see web-server.js).
 * @param {{ kind: 'site' | 'bare' | 'stream', databaseUrl?: string, bytes?: number, cached?: boolean }} start
 * @param {number} [files]
 */
export async function startWebChild(start, files) {
  const child = startChild(SERVER, files)
  const { port } = await child.ask({ start: { databaseUrl: '', bytes: 0, cached: false, ...start } })
  return { ...child, url: `http://127.0.0.1:${port}`, port: Number(port) }
}
