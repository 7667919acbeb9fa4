import { join } from 'node:path'
import { SPOOL_DIRECTORY } from '../../app/start-spool.js'
import type { Config } from '../../config/config.js'
import { type Finding, warn } from '../../core/doctor/finding.js'
import { readSpoolStatus } from '../../spool/read-status.js'

/** Awards that were kept while the database was away. Nothing to say when there are none. */
export function checkSpool({ dataDir }: Pick<Config, 'dataDir'>, now: Date): Finding[] {
  const path = join(dataDir, SPOOL_DIRECTORY)
  const { files, bytes, oldestAt, rejected } = readSpoolStatus(path)
  const findings: Finding[] = []
  if (files > 0) {
    const minutes = oldestAt ? Math.max(0, Math.round((now.getTime() - oldestAt.getTime()) / 60_000)) : 0
    findings.push(warn('spool_waits', { path, files, kilobytes: Math.ceil(bytes / 1024), minutes }))
  }
  if (rejected > 0)
    findings.push(warn('spool_rejected', { path: join(path, 'rejected.jsonl'), count: rejected }))
  return findings
}
