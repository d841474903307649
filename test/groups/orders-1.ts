/** The whole service, with one order or many: the first third, by name. */
import { together } from '../helpers/together.ts'

together('e2e/[a-l]*.test.ts')
