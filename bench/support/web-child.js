// @ts-check
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('./web-server.js', import.meta.url))

/**
 * Starts a web server in a process of its own (see web-server.js).
 * @param {{ kind: 'site' | 'bare' | 'stream', databaseUrl?: string, bytes?: number, cached?: boolean }} start
 */
export async function startWebChild(start) {
  const child = fork(FILE, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  /** @param {object} order @returns {Promise<any>} */
  const ask = (order) =>
    new Promise((resolve, reject) => {
      const ended = () => reject(new Error('a web server of the bench ended'))
      child.once('exit', ended)
      child.once('message', (answer) => {
        child.off('exit', ended)
        resolve(answer)
      })
      child.send(order)
    })
  const { port } = await ask({ start: { databaseUrl: '', bytes: 0, cached: false, ...start } })
  return { url: `http://127.0.0.1:${port}`, port: Number(port), ask, stop: () => void child.kill('SIGKILL') }
}
