/**
 * Whatever the tests start keeps what its code compiled to, and shares it: half of the processor time of a start is
 * compiling. Given to processes in their environment.
 */
import { fileURLToPath } from 'node:url'

export const COMPILED = { NODE_COMPILE_CACHE: fileURLToPath(new URL('../../.soapstone/compiled', import.meta.url)) }
