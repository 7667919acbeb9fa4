import { beat } from '../core/duties/heartbeats.js'
import { isUnavailable } from '../db/unavailable.js'
import type { AppContext } from './context.js'

/** A part and how it is right now, for heartbeats and /readyz. */
export type PartStatus = {
  part: string
  ok: boolean
  detail: string
  /** Web: a proxy that TRUST_PROXY does not list; everybody behind it would share one limit. */
  unlistedProxy?: string
}

const BEAT_MS = 5_000

/** Says every few seconds that the parts of this process are alive; returns the way to stop. */
export function startHeartbeats(
  { db, state, log, holder }: AppContext,
  states: () => PartStatus[],
): () => void {
  const say = async () => {
    if (!state.isUp) return
    try {
      for (const { part, ...detail } of states()) await beat(db, part, holder, detail)
    } catch (error) {
      if (!isUnavailable(error)) log.error({ err: error }, 'a heartbeat could not be written')
    }
  }
  void say()
  const timer = setInterval(() => void say(), BEAT_MS)
  return () => clearInterval(timer)
}
