/** Before all tests: the shared server is up, and what the service is made of is compiled. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { COMPILED } from './compiled.ts'
import { sharedServer } from './postgres.ts'

const service = new URL('../../src/service/start.ts', import.meta.url)
const load = ['--input-type=module', '--eval', `await import(${JSON.stringify(service)})`]

// A process that a test kills leaves nothing compiled behind: one that comes to its end does it for them.
await Promise.all([
  sharedServer(),
  promisify(execFile)(process.execPath, load, { env: { PATH: process.env.PATH, ...COMPILED } }),
])
