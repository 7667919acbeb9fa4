import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../src/db/connect.js'
import { migrate } from '../../src/db/migrator.js'
import { startPostgres } from './postgres-server.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL server whose database `ttfd_template` is migrated. */
    postgresUrl: string
    /** A data directory whose embedded database is migrated; copied, never opened. */
    embeddedTemplate: string
  }
}

/** Prepares one migrated database of each kind, which the tests clone. */
export default async function setup(project: TestProject) {
  const server = await startPostgres()
  const directory = mkdtempSync(join(tmpdir(), 'ttfd-embedded-'))
  const teardown = async () => {
    rmSync(directory, { recursive: true, force: true })
    await server.destroy()
  }
  try {
    await Promise.all([preparePostgres(server.url), prepareEmbedded(directory)])
  } catch (error) {
    // Nobody else would end the server: a setup that fails has no teardown.
    await teardown()
    throw error
  }
  project.provide('postgresUrl', server.url)
  project.provide('embeddedTemplate', directory)
  return teardown
}

async function preparePostgres(url: string): Promise<void> {
  const admin = await openDatabase({ url: url })
  const client = admin.client()
  await client.connect()
  await client.query('create database ttfd_template')
  await client.end()
  await admin.close()
  const template = await openDatabase({ url: url.replace(/postgres$/, 'ttfd_template') })
  await migrate(template, { timeZone: 'Europe/Moscow' })
  await template.close()
}

async function prepareEmbedded(directory: string): Promise<void> {
  const embedded = await openDatabase({ dataDir: directory })
  await migrate(embedded, { timeZone: 'Europe/Moscow' })
  await embedded.close()
}
