import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { discordId } from './old-records.js'

const MEMBERS = 20

/** Exports of other bots, as each writes them; the generic one with its mapping file. */
export async function writeExports(folder: string, seed: number): Promise<void> {
  const people = Array.from({ length: MEMBERS }, (_, n) => ({
    id: discordId(n),
    name: `member${n}`,
    level: (n * 7 + seed) % 30,
    messages: n * 31,
  }))
  const mee6 = people.map(({ id, name, level, messages }) => ({
    id,
    username: name,
    discriminator: '0',
    xp: (5 / 6) * level * (2 * level ** 2 + 27 * level + 91),
    level,
    message_count: messages,
  }))
  const lurkr = people.map(({ id, level, messages }) => ({
    userId: id,
    xp: level === 0 ? 0 : 50 * level ** 2 - 100 * level + 150,
    level,
    messageCount: messages,
  }))
  const csv = (head: string, row: (person: (typeof people)[number]) => (string | number)[]) =>
    `${[head, ...people.map((person) => row(person).join(','))].join('\r\n')}\r\n`
  const files: Record<string, string> = {
    'mee6.json': JSON.stringify({ players: mee6.map((row) => ({ ...row, xp: Math.round(row.xp) })) }),
    'lurkr.json': JSON.stringify({ levels: lurkr }),
    'amari.csv': csv('id,username,exp,level', ({ id, name, level }) => [
      id,
      name,
      20 * level ** 2 + 100,
      level,
    ]),
    'arcane.csv': csv('User ID,Username,Level,XP', ({ id, name, level }) => [id, name, level, level * 2]),
    'generic.csv': csv('member,points,posts', ({ id, level, messages }) => [id, level * 250, messages]),
    'generic-mapping.json': `${JSON.stringify({ id: 'member', xp: 'points', messages: 'posts' }, null, 2)}\n`,
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 })
}
