import { readdirSync, readFileSync, statSync } from 'node:fs'

/** Every word of a table by its key with dots. */
export function leaves(value: unknown, path = ''): [key: string, text: string][] {
  if (typeof value === 'string') return [[path, value]]
  return Object.entries(value as object).flatMap(([key, child]) =>
    leaves(child, path ? `${path}.${key}` : key),
  )
}

/** Names of the values that a word takes, in the order of the alphabet. */
export const values = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()

/** The text of a file, or of all below a folder. */
export function sources(path: string): string {
  if (!statSync(path).isDirectory()) return readFileSync(path, 'utf8')
  return readdirSync(path)
    .map((name) => sources(`${path}/${name}`))
    .join('\n')
}
