/** What people use. */
import { together } from '../helpers/together.ts'

together('{admin,cli}/**/*.test.ts')
