import { z } from 'zod'

/** What a button carries: its kind, who may press it, and plain arguments. All of it comes back as a claim. */
export type CustomId = { kind: string; userId: string; args: string[] }

const LENGTH_MAX = 100
const shape = z
  .string()
  .max(LENGTH_MAX)
  .regex(/^[a-z-]{1,20}:\d{1,20}(:[\w.-]{0,40})*$/)

export function writeCustomId(kind: string, userId: string, ...args: (string | number)[]): string {
  return shape.parse([kind, userId, ...args].join(':'))
}

/** Null for bytes that no button of ours carries. */
export function readCustomId(raw: string): CustomId | null {
  const parsed = shape.safeParse(raw)
  if (!parsed.success) return null
  const [kind = '', userId = '', ...args] = parsed.data.split(':')
  return { kind, userId, args }
}
