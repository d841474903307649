/** Every custom name that one file mentions exists in another, and the fields are those of the mapping. */
import { mappedFields as fieldsOfMapping } from '../../../src/salesforce/package/fields.ts'
import { all, text, texts } from '../element.ts'
import { differences, fieldsOf, foreignNames, nameOf, ofType, type Package, type Rule } from '../package.ts'

const CUSTOM = /\b[A-Za-z]\w*__[ce]\b/g

export const mappedFields: Rule = (it, { mapping }) => {
  const there = [...fieldsOf(it).keys()].filter((name) => /^(?:Order|Account|Product2|OrderItem)\./.test(name))
  const wanted = fieldsOfMapping(mapping).filter(({ kind }) => kind === 'own')
  return differences(
    'the package',
    there,
    wanted.map(({ object, name }) => `${object}.${name}`),
  )
}

/** Soapstone cuts the message at 255 characters; the other texts must hold what it writes. */
export const lengths: Rule = (it, { mapping }) =>
  [...fieldsOf(it)].flatMap(([name, root]) => {
    const length = Number(text(root, 'length'))
    if (name === `Order.${mapping.order.errorMessage}` && length !== 255)
      return [`${name}: it must take 255 characters`]
    return text(root, 'type') === 'Text' && !(length > 0) ? [`${name}: a text needs a length`] : []
  })

export const customNames: Rule = (it, expected) => {
  const known = new Set([...foreignNames(expected), ...ownNames(it)])
  return [...it.files]
    .filter(([path]) => path !== 'README.md')
    .flatMap(([path, source]) =>
      [...new Set(source.match(CUSTOM))]
        .filter((name) => !known.has(name))
        .map((name) => `${path}: there is no ${name}`),
    )
}

function ownNames(it: Package): string[] {
  const objects = ofType(it, 'CustomObject').map(([path]) => nameOf(path))
  return [...objects, ...[...fieldsOf(it).keys()].map((name) => name.replace(/^.*\./, ''))]
}

/** Statuses that Soapstone writes, and how the list view finds what failed. */
export const statuses: Rule = (it, { mapping }) => {
  const field = fieldsOf(it).get(`Order.${mapping.order.provisioningStatus}`)
  const picklist = field ? texts(field, 'valueSet/valueSetDefinition/value/fullName') : Object.values(mapping.statuses)
  const filters = ofType(it, 'ListView').flatMap(([, view]) => all(view, 'filters'))
  const wrong = filters.filter(
    (filter) =>
      text(filter, 'field') !== mapping.order.provisioningStatus || text(filter, 'value') !== mapping.statuses.failed,
  )
  return [
    ...differences('the picklist', picklist, Object.values(mapping.statuses)),
    ...wrong.map((filter) => `the list view looks for ${text(filter, 'field')} ${text(filter, 'value')}`),
  ]
}

/** A field of another object would be refused by Salesforce, and so would one that is not there. */
export const columns: Rule = (it) =>
  ofType(it, 'ListView').flatMap(([path, view]) =>
    [...texts(view, 'columns'), ...texts(view, 'filters/field')]
      .filter((name) => name.endsWith('__c') && !name.slice(0, -3).includes('__') && !fieldsOf(it).has(`Order.${name}`))
      .map((name) => `${path}: Order has no ${name}`),
  )
