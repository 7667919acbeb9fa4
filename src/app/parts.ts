/** What can run in a process of its own. The database and the sandbox are not parts: every process needs them. */
export const PARTS = ['web', 'worker', 'telegram', 'discord'] as const
export type Part = (typeof PARTS)[number]
