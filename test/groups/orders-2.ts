/** The whole service: the second third, and the doors. */
import { together } from '../helpers/together.ts'

together('e2e/[m-r]*.test.ts', 'doors/**/*.test.ts')
