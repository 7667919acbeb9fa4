import { afterAll } from 'vitest'
import { dropFreeDatabases } from './databases.js'

// Runs once for each test file, also where files share their modules.
afterAll(dropFreeDatabases)
