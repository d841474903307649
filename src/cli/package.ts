import { Command } from 'commander'
import { requirePackageConfig } from './context.ts'
import { print, printJson } from './print.ts'

/** soapstone package: Salesforce's side of this installation, to deploy. */
export function packageVerb(): Command {
  return new Command('package')
    .description("write what belongs into Salesforce, with this installation's address, mapping and contract")
    .option('--out <folder>', 'where to: a folder that is empty or not there', 'salesforce')
    .option('--user <username>', 'who the outbound message is sent as (default: SALESFORCE_JWT_USERNAME)')
    .option('--json', 'as JSON')
    .action(async ({ out, user, json }: { out: string; user?: string; json?: true }) => {
      const { writeSalesforcePackage } = await import('../service/salesforce-package.ts')
      const written = await writeSalesforcePackage(requirePackageConfig(), { out, user })
      if (json) return printJson(written)
      print(`${written.files} files in ${written.folder}, for ${written.url}`)
      for (const note of written.notes) print(`- ${note}`)
      print(`${written.folder}/README.md says how to deploy it`)
    })
}
