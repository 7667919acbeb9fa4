import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof createMetrics>

/**
 * What `/metrics` shows, in a registry of its own. Names:
 * `ttfd_awards_total{source,status}` and `ttfd_award_seconds` (call to durable answer),
 * `ttfd_deliveries_total{destination,state}`, `ttfd_http_requests_total{method,route,status}` and
 * `ttfd_http_request_seconds{route}`, `ttfd_live_streams` (open SSE connections), `ttfd_database_up` (1 or 0),
 * `ttfd_telegram_updates_total{kind}`, `ttfd_spool_entries`, `ttfd_spool_bytes`, `ttfd_spool_age_seconds`, and Node's own `process_*` and `nodejs_*`.
 */
export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const awards = new Counter({
    name: 'ttfd_awards_total',
    help: 'Awards answered, by source and status',
    labelNames: ['source', 'status'],
    registers,
  })
  const awardSeconds = new Histogram({
    name: 'ttfd_award_seconds',
    help: 'Seconds from the call to the durable answer',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  })
  const deliveries = new Counter({
    name: 'ttfd_deliveries_total',
    help: 'Deliveries settled, by destination and state',
    labelNames: ['destination', 'state'],
    registers,
  })
  const requests = new Counter({
    name: 'ttfd_http_requests_total',
    help: 'HTTP requests answered',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'ttfd_http_request_seconds',
    help: 'Seconds to answer an HTTP request',
    labelNames: ['route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  })
  const liveStreams = new Gauge({ name: 'ttfd_live_streams', help: 'Open live streams', registers })
  const databaseUp = new Gauge({ name: 'ttfd_database_up', help: '1 while the database answers', registers })
  const spoolEntries = new Gauge({ name: 'ttfd_spool_entries', help: 'Awards kept on the disk', registers })
  const spoolBytes = new Gauge({
    name: 'ttfd_spool_bytes',
    help: 'Bytes of awards kept on the disk',
    registers,
  })
  const spoolAge = new Gauge({
    name: 'ttfd_spool_age_seconds',
    help: 'Seconds since the oldest kept award was taken',
    registers,
  })
  const updates = new Counter({
    name: 'ttfd_telegram_updates_total',
    help: 'Telegram updates taken in, by kind',
    labelNames: ['kind'],
    registers,
  })

  return {
    /** `source` as events carry it; all API keys count as one, so that the number of series stays small. */
    awardAnswered(source: string, status: string, seconds: number): void {
      awards.inc({ source: source.startsWith('api:') ? 'api' : source, status })
      awardSeconds.observe(seconds)
    },
    deliverySettled(destination: string, state: string): void {
      deliveries.inc({ destination, state })
    },
    /** `route` is the pattern (`/u/:id`), never the path that a person typed. */
    requestAnswered(method: string, route: string, status: number, seconds: number): void {
      requests.inc({ method, route, status })
      requestSeconds.observe({ route }, seconds)
    },
    liveStreamsOpen(count: number): void {
      liveStreams.set(count)
    },
    databaseAnswers(up: boolean): void {
      databaseUp.set(up ? 1 : 0)
    },
    spoolHolds(held: { entries: number; bytes: number; oldestAt: Date | null }, now: Date): void {
      spoolEntries.set(held.entries)
      spoolBytes.set(held.bytes)
      spoolAge.set(held.oldestAt ? Math.max(0, (now.getTime() - held.oldestAt.getTime()) / 1000) : 0)
    },
    updateTaken(kind: string): void {
      updates.inc({ kind })
    },
    contentType: registry.contentType,
    /** The page for a scraper, in Prometheus' text format. */
    text: (): Promise<string> => registry.metrics(),
  }
}
