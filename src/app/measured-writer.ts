import type { AwardSink } from '../core/progression/award-writer.js'
import type { Metrics } from '../observability/metrics.js'

/** A writer whose answers are counted and timed. */
export function measured(writer: AwardSink, metrics: Metrics): AwardSink {
  return {
    async award(award) {
      const began = performance.now()
      const outcome = await writer.award(award)
      metrics.awardAnswered(award.source, outcome.status, (performance.now() - began) / 1000)
      return outcome
    },
  }
}
