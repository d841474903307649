/** Where the org sends to, and as whom; and what is left to be replaced at each deploy. */
import type { PackageFiles } from './files.ts'
import { setText } from './xml.ts'

export interface Addresses {
  /** How Salesforce reaches Soapstone, without a slash at its end. */
  url: string
  /** The endpoint of the outbound message, as `order`. */
  endpoint: string
  /** The user to send as; undefined: said at each deploy. */
  user: string | undefined
  /** The endpoint wants a key, which must not stand in a file: said at each deploy. */
  keyed: boolean
}

interface Replacement {
  filename: string
  stringToReplace: string
  replaceWithEnv: string
}

const WORKFLOW = 'force-app/main/default/workflows/Order.workflow-meta.xml'
const KEY = 'OUTBOUND_MESSAGE_KEY'

export function addressPackage(files: PackageFiles, addresses: Addresses): PackageFiles {
  const { url, endpoint, user, keyed } = addresses
  return new Map(
    [...files].map(([path, text]): [string, string] => {
      if (path === 'sfdx-project.json') return [path, keepReplacements(text, addresses)]
      if (path.endsWith('.namedCredential-meta.xml')) return [path, setText(text, 'parameterValue', url)]
      if (path !== WORKFLOW) return [path, text]
      const addressed = setText(
        text,
        'endpointUrl',
        `${url}/outbound-messages/${endpoint}${keyed ? `?key=${KEY}` : ''}`,
      )
      return [path, user === undefined ? addressed : setText(addressed, 'integrationUser', user)]
    }),
  )
}

function keepReplacements(project: string, { user, keyed }: Addresses): string {
  const { replacements, ...rest }: { replacements: Replacement[] } = JSON.parse(project)
  const known = ['SOAPSTONE_URL', ...(user === undefined ? [] : ['SOAPSTONE_SALESFORCE_USER'])]
  const key = { filename: WORKFLOW, stringToReplace: KEY, replaceWithEnv: KEY }
  const kept = [
    ...replacements.filter(({ replaceWithEnv }) => !known.includes(replaceWithEnv)),
    ...(keyed ? [key] : []),
  ]
  return `${JSON.stringify({ ...rest, replacements: kept }, null, 2)}\n`
}
