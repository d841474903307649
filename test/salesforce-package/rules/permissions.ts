/** Who may do what. */
import { mappedFields as fieldsOfMapping } from '../../../src/salesforce/package/fields.ts'
import { all, type Element, text, texts } from '../element.ts'
import { differences, fieldsOf, missing, nameOf, ofType, type Rule } from '../package.ts'

const STANDARD_OBJECTS = ['Account', 'Order', 'OrderItem', 'Pricebook2', 'Product2', 'UserExternalCredential']
const INTEGRATION = 'Soapstone_Integration'

/** "Send Outbound Messages": with it the user that writes back would send each order again. */
export const noLoop: Rule = ({ files }) =>
  [...files]
    .filter(([, source]) => source.includes('EnableNotifications'))
    .map(([path]) => `${path}: EnableNotifications`)

export const grants: Rule = (it) => {
  const fields = fieldsOf(it)
  const objects = [...STANDARD_OBJECTS, ...ofType(it, 'CustomObject').map(([path]) => nameOf(path))]
  return ofType(it, 'PermissionSet').flatMap(([path, root]) => {
    const granted = texts(root, 'objectPermissions/object')
    const named = texts(root, 'fieldPermissions/field')
    return [
      ...missing(granted, objects).map((name) => `there is no object ${name}`),
      ...missing(
        named.map((name) => name.replace(/\..*$/, '')),
        granted,
      ).map((name) => `it lacks the object ${name}`),
      ...named.filter((name) => isOwn(name) && !fields.has(name)).map((name) => `there is no field ${name}`),
      // Salesforce refuses the whole deploy then.
      ...named
        .filter((name) => isRequired(fields.get(name)))
        .map((name) => `${name} is required, and may not be named`),
      ...missing(texts(root, 'classAccesses/apexClass'), it.classes.keys()).map((name) => `there is no class ${name}`),
      ...twice(granted),
      ...twice(named),
    ].map((problem) => `${path}: ${problem}`)
  })
}

const isOwn = (field: string) => /\.(?!\w*__\w*__)\w+__c$/.test(field)
const isRequired = (field: Element | undefined) => field !== undefined && text(field, 'required') === 'true'
const twice = (names: string[]) =>
  names.filter((name, i) => names.indexOf(name) !== i).map((name) => `${name} comes twice`)

/** It reads what callback reads, writes what write-back writes, and may edit activated orders. */
export const integration: Rule = (it, { mapping }) => {
  const set = ofType(it, 'PermissionSet').find(([path]) => nameOf(path) === INTEGRATION)?.[1]
  if (set === undefined) return [`there is no ${INTEGRATION}`]
  const editable = (is: string) => texts(keep(set, 'fieldPermissions', 'editable', is), 'fieldPermissions/field')
  const wanted = fieldsOfMapping(mapping).filter(({ kind }) => kind === 'own' || kind === 'managed')
  const names = (written: boolean) =>
    wanted.filter((field) => field.written === written).map(({ object, name }) => `${object}.${name}`)
  const stones = [...fieldsOf(it).keys()].filter((name) => name.startsWith('Soapstone_Tombstone__c.'))
  return [
    ...differences('what it may write', editable('true'), names(true)),
    ...differences('what it may read', editable('false'), [...names(false), 'Product2.ProductCode', ...stones]),
    ...differences('its rights', texts(set, 'userPermissions/name'), ['ApiEnabled', 'EditActivatedOrders']),
    ...objectProblems(set),
  ]
}

/** The objects whose records it must see whoever owns them: else an order would count as deleted. */
function objectProblems(set: Element): string[] {
  const seen = texts(keep(set, 'objectPermissions', 'viewAllRecords', 'true'), 'objectPermissions/object')
  const edited = texts(keep(set, 'objectPermissions', 'allowEdit', 'true'), 'objectPermissions/object')
  return [
    ...differences('what it sees all of', seen, ['Account', 'Order', 'Soapstone_Tombstone__c']),
    ...differences('the objects it edits', edited, ['Order', 'OrderItem']),
  ]
}

/** The same set with only those children of one name that have this value. */
function keep(set: Element, name: string, property: string, value: string): Element {
  return { ...set, children: set.children.filter((child) => child.name === name && text(child, property) === value) }
}

/** A set with both may not deploy together with its credential. */
export const apart: Rule = (it) =>
  ofType(it, 'PermissionSet')
    .filter(
      ([, set]) => all(set, 'externalCredentialPrincipalAccesses').length > 0 && all(set, 'classAccesses').length > 0,
    )
    .map(([path]) => `${path}: the principal needs a set of its own`)
