/** Files stand where Salesforce looks for them, under the names that they give themselves. */
import { text } from '../element.ts'
import { nameOf, objectOf, type Package, type Rule } from '../package.ts'

/** Folder and suffix by root element. */
const PLACES: Record<string, [folder: string, suffix: string]> = {
  ApexClass: ['classes', 'cls'],
  ApexTrigger: ['triggers', 'trigger'],
  CustomField: ['fields', 'field'],
  CustomObject: ['objects', 'object'],
  ExternalCredential: ['externalCredentials', 'externalCredential'],
  Flow: ['flows', 'flow'],
  LightningComponentBundle: ['lwc', 'js'],
  ListView: ['listViews', 'listView'],
  NamedCredential: ['namedCredentials', 'namedCredential'],
  PermissionSet: ['permissionsets', 'permissionset'],
  PlatformEventChannelMember: ['platformEventChannelMembers', 'platformEventChannelMember'],
  QuickAction: ['quickActions', 'quickAction'],
  Workflow: ['workflows', 'workflow'],
}
/** Those whose files stand in a folder of their own name. */
const IN_OWN_FOLDER = ['CustomObject', 'LightningComponentBundle']
/** What must stand beside the metadata file. */
const BESIDE: Record<string, string[]> = {
  ApexClass: ['.cls'],
  ApexTrigger: ['.trigger'],
  LightningComponentBundle: ['.js', '.html'],
}
const CODE = /\.(?:cls|trigger|js)$/

export const places: Rule = ({ metadata }) =>
  [...metadata].flatMap(([path, { name }]) => {
    const place = PLACES[name]
    if (place === undefined) return [`${path}: nobody has said where a ${name} stands`]
    const [folder, suffix] = place
    const folders = path.split('/').slice(0, -1)
    const parent = IN_OWN_FOLDER.includes(name) ? folders.at(-2) : folders.at(-1)
    const right = parent === folder && path.endsWith(`.${suffix}-meta.xml`)
    return right ? [] : [`${path}: a ${name} stands in ${folder} and ends in .${suffix}-meta.xml`]
  })

export const fullNames: Rule = ({ metadata }) =>
  [...metadata].flatMap(([path, root]) => {
    const fullName = text(root, 'fullName')
    if (fullName !== '' && fullName !== nameOf(path)) return [`${path}: its fullName is ${fullName}`]
    if (root.name === 'CustomObject' && objectOf(path) !== nameOf(path)) return [`${path}: its folder has another name`]
    const action = root.name === 'PlatformEventChannelMember'
    const member = action && `${text(root, 'eventChannel')}_${text(root, 'selectedEntity')}`
    return member && member !== nameOf(path) ? [`${path}: it must be called ${member}`] : []
  })

export const pairs: Rule = (it) => [...metaWithoutCode(it), ...codeWithoutMeta(it)]

function metaWithoutCode({ files, metadata }: Package): string[] {
  return [...metadata].flatMap(([path, { name }]) =>
    (BESIDE[name] ?? [])
      .map((suffix) => path.replace(/\.\w+-meta\.xml$/, suffix))
      .filter((beside) => !files.has(beside))
      .map((beside) => `${path}: there is no ${nameOf(`${beside}-meta.xml`)}${/\.\w+$/.exec(beside)?.[0]} beside it`),
  )
}

/** Salesforce's tools leave such code out without a word. */
function codeWithoutMeta({ files }: Package): string[] {
  return [...files.keys()]
    .filter((path) => CODE.test(path) && !files.has(`${path}-meta.xml`))
    .map((path) => `${path}: it has no -meta.xml, so it would not be deployed`)
}

export const versions: Rule = ({ files, metadata }, { apiVersion }) => {
  const project = JSON.parse(files.get('sfdx-project.json') ?? '{}')
  const named: [string, string][] = [...metadata].flatMap(([path, root]) =>
    [root, ...root.children].map((element): [string, string] => [path, text(element, 'apiVersion')]),
  )
  return [...named, ['sfdx-project.json', String(project.sourceApiVersion)] as const]
    .filter(([, version]) => version !== '' && version !== apiVersion)
    .map(([path, version]) => `${path}: the version is ${version}, not ${apiVersion}`)
}
