/** After all tests. */
import { stopSharedServer } from './postgres.ts'

await stopSharedServer()
