/** The request is signed by the platform, and the secret is in no file. */
import { all, type Element, text } from '../element.ts'
import { missing, nameOf, ofType, type Package, type Rule } from '../package.ts'

const names = (it: Package, type: string) => ofType(it, type).map(([path]) => nameOf(path))

/** Named credential -> external credential -> principal -> permission set; Apex -> named credential. */
export const chain: Rule = (it) => {
  const called = [...it.classes].flatMap(([, source]) =>
    [...source.matchAll(/'callout:(\w+)/g)].map(([, name = '']) => name),
  )
  const external = ofType(it, 'NamedCredential').flatMap(([, root]) =>
    all(root, 'namedCredentialParameters').flatMap((parameter) =>
      text(parameter, 'parameterType') === 'Authentication' ? [text(parameter, 'externalCredential')] : [],
    ),
  )
  const granted = ofType(it, 'PermissionSet').flatMap(([, root]) =>
    all(root, 'externalCredentialPrincipalAccesses').map((access) => text(access, 'externalCredentialPrincipal')),
  )
  const principals = ofType(it, 'ExternalCredential').flatMap(([path, root]) =>
    parametersOf(root, 'NamedPrincipal').map((principal) => `${nameOf(path)}-${text(principal, 'parameterName')}`),
  )
  return [
    ...missing(called, names(it, 'NamedCredential')).map((name) => `Apex calls ${name}, which is no named credential`),
    ...missing(external, names(it, 'ExternalCredential')).map((name) => `there is no external credential ${name}`),
    ...missing(granted, principals).map((name) => `there is no principal ${name}`),
    ...missing(principals, granted).map((name) => `nobody may use the principal ${name}`),
  ]
}

function parametersOf(root: Element, type: string): Element[] {
  return all(root, 'externalCredentialParameters').filter((one) => text(one, 'parameterType') === type)
}

export const signature: Rule = (it) =>
  ofType(it, 'ExternalCredential').flatMap(([path, root]) => {
    const credential = `$Credential.${nameOf(path)}`
    const formula = `{!HEX(HMAC('SHA-256', ${credential}.Body, BLOB(${credential}.Secret)))}`
    const headers = parametersOf(root, 'AuthHeader').map(
      (one) => `${text(one, 'parameterName')}: ${text(one, 'parameterValue')}`,
    )
    const protocol = text(root, 'authenticationProtocol')
    return [
      ...(headers.join() === `X-SF-Signature: ${formula}` ? [] : [`${path}: it signs by ${headers.join()}`]),
      ...(protocol === 'Custom' ? [] : [`${path}: its protocol is ${protocol}`]),
    ]
  })

/** Merge fields in Apex's own texts would let whoever writes an order's fields write into headers. */
export const plainTexts: Rule = (it) =>
  ofType(it, 'NamedCredential').flatMap(([path, root]) =>
    ['allowMergeFieldsInBody', 'allowMergeFieldsInHeader', 'generateAuthorizationHeader']
      .filter((name) => text(root, name) !== 'false')
      .map((name) => `${path}: ${name} is not false`),
  )

/** Long runs of base64 or hex, keys, and what is named like a secret and has a value. */
const SECRETS = [
  /\b(?=\w*\d)(?=\w*[A-Z])(?=\w*[a-z])[A-Za-z0-9+/]{32,}={0,2}/,
  /\b[0-9a-f]{32,}\b/,
  /-----BEGIN/,
  /(?:secret|password|token)\w*['"]?\s*(?:=>?|:)\s*['"][^'"]+['"]/i,
  /\bCrypto\./,
]

export const noSecrets: Rule = ({ files }) =>
  [...files].flatMap(([path, source]) => {
    const found = SECRETS.flatMap((pattern) => pattern.exec(source)?.[0] ?? [])
    return path === 'README.md' ? [] : found.map((text) => `${path}: '${text}' looks like a secret`)
  })
