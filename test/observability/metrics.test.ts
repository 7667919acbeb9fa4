import { expect, test } from 'vitest'
import { createMetrics } from '../../src/observability/metrics.js'

test('what the program reports is what the page shows', async () => {
  const metrics = createMetrics()
  metrics.awardAnswered('telegram', 'recorded', 0.002)
  metrics.awardAnswered('api:shop', 'recorded', 0.002)
  metrics.awardAnswered('api:other', 'recorded', 0.002)
  metrics.deliverySettled('telegram', 'delivered')
  metrics.requestAnswered('GET', '/u/:id', 200, 0.01)
  metrics.liveStreamsOpen(3)
  metrics.databaseAnswers(false)
  metrics.updateTaken('message')
  const page = await metrics.text()
  expect(page).toContain('ttfd_awards_total{source="telegram",status="recorded"} 1')
  expect(page).toContain('ttfd_awards_total{source="api",status="recorded"} 2')
  expect(page).toContain('ttfd_award_seconds_count 3')
  expect(page).toContain('ttfd_deliveries_total{destination="telegram",state="delivered"} 1')
  expect(page).toContain('ttfd_http_requests_total{method="GET",route="/u/:id",status="200"} 1')
  expect(page).toContain('ttfd_live_streams 3')
  expect(page).toContain('ttfd_database_up 0')
  expect(page).toContain('ttfd_telegram_updates_total{kind="message"} 1')
})

test('two programs in one process count apart', async () => {
  const [one, other] = [createMetrics(), createMetrics()]
  one.deliverySettled('telegram', 'failed')
  expect(await other.text()).not.toContain('ttfd_deliveries_total{')
})
