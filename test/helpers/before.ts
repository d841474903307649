/** Before all tests: the shared server is up. */
import { sharedServer } from './postgres.ts'

await sharedServer()
