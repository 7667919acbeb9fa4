export type Level = 'ok' | 'warn' | 'fail'

/** What the examination found at one point. Words: `doctor:finding.<code>`, the mending command: `doctor:mending.<code>`. */
export type Finding = {
  code: string
  level: Level
  values: Record<string, string | number>
}

export function ok(code: string, values: Finding['values'] = {}): Finding {
  return { code, level: 'ok', values }
}
export function warn(code: string, values: Finding['values'] = {}): Finding {
  return { code, level: 'warn', values }
}
export function fail(code: string, values: Finding['values'] = {}): Finding {
  return { code, level: 'fail', values }
}

/** How many of the guilty are named in one line. */
export const EXAMPLES_MAX = 5
