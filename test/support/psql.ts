import { spawn } from 'node:child_process'

export type PsqlResult = { code: number | null; out: string; err: string }

/** Runs psql against a database, without the user's own settings, stopping at the first error. */
export function psql(url: string, args: readonly string[], input = ''): Promise<PsqlResult> {
  return run('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', url, ...args], input)
}

/** Runs psql against an embedded database, through the socket in its data directory. */
export function psqlEmbedded(dataDir: string, args: readonly string[], input = ''): Promise<PsqlResult> {
  return run('psql', ['-X', '-q', '-h', dataDir, '-U', 'postgres', '-d', 'postgres', ...args], input)
}

function run(command: string, args: readonly string[], input: string): Promise<PsqlResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'pipe' })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}
