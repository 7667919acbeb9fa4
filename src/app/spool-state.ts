import type { AppContext } from './context.js'
import type { PartStatus } from './heartbeats.js'

/** What `/readyz` says of kept awards: good while there are none, or while they are only being kept. */
export function spoolState({ spool, now }: Pick<AppContext, 'spool' | 'now'>): PartStatus[] {
  if (!spool) return []
  const { mode, entries, bytes, oldestAt, foreign } = spool.status
  const age = oldestAt ? Math.round((now().getTime() - oldestAt.getTime()) / 1000) : 0
  const detail = `${mode} entries=${entries} bytes=${bytes} age=${age}s foreign=${foreign.length}`
  return [{ part: 'spool', ok: foreign.length === 0, detail }]
}
