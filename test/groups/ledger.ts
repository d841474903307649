/** The ledger. */
import { together } from '../helpers/together.ts'

together('ledger/**/*.test.ts')
