/** Quick action, component, Apex: each names the next, and what leaves Apex is what the door wants. */
import { BODY_KEYS } from '../../../src/doors/quick-action/body.ts'
import { HEADERS, PREFER } from '../../../src/doors/quick-action/headers.ts'
import { text, texts } from '../element.ts'
import { differences, nameOf, ofType, type Rule } from '../package.ts'

/** What the door takes. The platform adds the signature. */
const { signature: _, ...FROM_APEX } = HEADERS
const SENT = ['Content-Type', PREFER, ...Object.values(FROM_APEX)].sort()
const BODY = BODY_KEYS.toSorted()
const CALLOUT_CLASS = 'SoapstoneProvision'

export const action: Rule = (it) =>
  ofType(it, 'QuickAction').flatMap(([path, root]) => {
    const component = text(root, 'lightningWebComponent')
    const bundle = ofType(it, 'LightningComponentBundle').find(([bundlePath]) => nameOf(bundlePath) === component)
    if (bundle === undefined) return [`${path}: there is no component ${component}`]
    const targets = texts(bundle[1], 'targets/target')
    const object = path.split('/').at(-1)?.split('.').length === 4 ? [] : [`${path}: its name lacks the object`]
    return [...object, ...differences(bundle[0], targets, ['lightning__RecordAction'])]
  })

export const imports: Rule = ({ files, classes }) =>
  [...files].flatMap(([path, source]) =>
    [...(path.endsWith('.js') ? source : '').matchAll(/'@salesforce\/apex\/(\w+)\.(\w+)'/g)].flatMap(
      ([, name = '', method = '']) => {
        const found = new RegExp(`@AuraEnabled(?:\\([^)]*\\))?\\s+public static \\S+ ${method}\\(`).test(
          classes.get(name) ?? '',
        )
        return found ? [] : [`${path}: ${name}.${method} is no @AuraEnabled static method`]
      },
    ),
  )

export const parameters: Rule = ({ files, classes }) => {
  const taken = /static Answer provision\(Id (\w+)\)/.exec(classes.get(CALLOUT_CLASS) ?? '')?.[1]
  const given = [...files].flatMap(([path, source]) =>
    path.endsWith('.js') ? [/provision\(\{ (\w+):/.exec(source)?.[1]] : [],
  )
  return given.filter((name) => name !== taken).map((name) => `the component gives ${name}, Apex takes ${taken}`)
}

export const request: Rule = ({ classes }) => {
  const apex = classes.get(CALLOUT_CLASS) ?? ''
  const headers = [...apex.matchAll(/setHeader\('([^']+)'/g)].map(([, name = '']) => name)
  const keys = [...(/new Map<String, Object>\{([^}]*)\}/.exec(apex)?.[1] ?? '').matchAll(/'(\w+)' =>/g)]
  return [
    ...differences('the request', headers, SENT),
    ...differences(
      'the body',
      keys.map(([, key = '']) => key),
      BODY,
    ),
    ...(/'\/orders\/' \+ record\.Id \+ '\/provision'/.test(apex.replace('Soapstone/', "Soapstone' + '/"))
      ? []
      : ['the path is another one']),
    ...(/'order-' \+ record\.Id \+ '-' \+ record\.LastModifiedDate\.getTime\(\)/.test(apex)
      ? []
      : ['the key does not stand for the order and its last change']),
  ]
}
