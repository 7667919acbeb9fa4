import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/postgres-server.js'
import { ROOT } from '../support/program.js'

/** The README's first command on a machine that has Node only: a clone in an empty directory, by root and by an ordinary user. */

const isRoot = process.getuid?.() === 0

function ordinaryUser(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody']).toString())
  return { uid: id('-u'), gid: id('-g') }
}

async function clone(user: { uid: number; gid: number } | undefined) {
  const home = mkdtempSync(join(tmpdir(), 'ttfd-fresh-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  chmodSync(home, 0o755)
  const directory = join(home, 'ttfd')
  execFileSync('git', ['clone', '-q', ROOT, directory], { stdio: 'pipe' })
  if (user) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, home])
  if (user) chownSync(home, user.uid, user.gid)
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    LANG: 'ru_RU.UTF-8',
    PORT: String(await freePort()),
  }
  return {
    directory,
    options: { cwd: directory, env, ...user } as const,
    url: `http://localhost:${env.PORT}/`,
  }
}

type Clone = Awaited<ReturnType<typeof clone>>

/** `npm start`, until the page answers; resolves with the milliseconds and the way to end it. */
async function startToPage({ options, url }: Clone): Promise<{ ms: number; end: () => Promise<void> }> {
  const began = performance.now()
  const child = spawn('npm', ['start'], { ...options, detached: true, stdio: 'pipe' })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const kill = (signal: NodeJS.Signals) => {
    try {
      if (child.pid) process.kill(-child.pid, signal)
    } catch {
      // Nobody of the group is left.
    }
  }
  onTestFinished(() => kill('SIGKILL'))
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`npm start ended:\n${output}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const ms = performance.now() - began
  const end = async () => {
    kill('SIGTERM')
    await exit
    // npm ends before the program that it started.
    await expect.poll(() => answers(url), { timeout: 10_000 }).toBe(false)
  }
  return { ms, end }
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  )
}

// Installing every package takes its time: this is for the long run.
describe.runIf(process.env.LONG)('a fresh clone', () => {
  const people: [string, { uid: number; gid: number } | undefined][] = [
    ['whoever runs this', undefined],
    ...(isRoot ? ([['an ordinary user', ordinaryUser()]] as [string, { uid: number; gid: number }][]) : []),
  ]
  test.each(people)('npm ci && npm start shows a page, for %s', { timeout: 300_000 }, async (_, user) => {
    const fresh = await clone(user)
    execFileSync('npm', ['ci'], { ...fresh.options, stdio: 'pipe' })
    const first = await startToPage(fresh)
    await first.end()
    const later = await startToPage(fresh)
    await later.end()
    process.stdout.write(`first start ${Math.round(first.ms)} ms, later start ${Math.round(later.ms)} ms\n`)
    expect(first.ms).toBeLessThan(30_000)
    expect(later.ms).toBeLessThan(5_000)
  })
})
