/** The whole service: the last third, and processes that are killed. */
import { together } from '../helpers/together.ts'

together('e2e/[s-z]*.test.ts', 'crash/*.test.ts')
