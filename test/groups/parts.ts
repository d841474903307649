/** All else: parts by themselves, and what holds for the project. */
import { together } from '../helpers/together.ts'

together(
  '*.test.ts',
  '{bench,chaos,clients,config,domain,http,install,model,mutation,notices,operations,outage}/**/*.test.ts',
  '{pipeline,portal,runtime,salesforce,salesforce-package,service,simulators,whmcs}/**/*.test.ts',
)
