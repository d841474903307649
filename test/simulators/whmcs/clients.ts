import { type PhpArray, text, truthy, whole } from './php-form.ts'
import { decodeFields } from './php-serialize.ts'
import { failure, listOf, type Reply, success } from './reply.ts'
import { clientOf, findClient, nextClientId, now, type Store } from './store.ts'
import type { WhmcsClient } from './types.ts'

const PAGE = 25

/** In the order of AddClient's documented errors. */
const REQUIRED: [string, string][] = [
  ['firstname', 'You did not enter your first name'],
  ['lastname', 'You did not enter your last name'],
  ['email', 'You did not enter your email address'],
  ['address1', 'You did not enter your  address line 1'],
  ['city', 'You did not enter your city'],
  ['state', 'You did not enter your state'],
  ['postcode', 'You did not enter your postcode'],
  ['country', 'Valid country required'],
  ['phonenumber', 'You did not enter your phone number'],
]

/** No idempotency key here either; but an address of mail is of one client alone. */
export const addClient = (store: Store, params: PhpArray): Reply => {
  const given = (name: string) => text(params.get(name))
  const lacking = truthy(params.get('skipvalidation')) ? undefined : REQUIRED.find(([name]) => given(name) === '')
  if (lacking !== undefined) return failure(lacking[1])
  if (!given('owner_user_id') && !given('password2')) return failure('You did not enter a password')
  const email = given('email')
  if (byEmail(store, email) !== undefined) return failure('A user already exists with that email address')
  const id = nextClientId(store)
  const asked = Object.fromEntries(
    [...params].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
  const { action, identifier, secret, responsetype, ...fields } = asked
  store.clients.set(
    id,
    clientOf({
      ...{ id, email, firstname: given('firstname'), lastname: given('lastname'), companyname: given('companyname') },
      ...{ notes: given('notes'), customFields: decodeFields(given('customfields')), asked: fields },
    }),
  )
  return success({ clientid: String(id) })
}

/** `search` is the beginning of a name or of an address of mail. */
export const getClients = (store: Store, params: PhpArray): Reply => {
  const search = text(params.get('search')).toLowerCase()
  const starts = (one: string) => one.toLowerCase().startsWith(search)
  const found = [...store.clients.values()].filter(({ email, firstname, lastname, companyname }) =>
    [email, firstname, lastname, `${firstname} ${lastname}`, companyname].some(starts),
  )
  const start = whole(params.get('limitstart'))
  const rows = found.slice(start, start + (whole(params.get('limitnum')) || PAGE))
  return success({
    totalresults: found.length,
    startnumber: start,
    numreturned: rows.length,
    clients: listOf('client', rows.map(row), store.knobs.listShape),
  })
}

export const getClientsDetails = (store: Store, params: PhpArray): Reply => {
  const email = text(params.get('email'))
  const clientId = text(params.get('clientid'))
  if (clientId === '' && email === '') return failure('Either clientid Or email Is Required')
  const client = clientId === '' ? byEmail(store, email) : findClient(store, whole(clientId))
  if (client === undefined) return failure('Client Not Found')
  const details = {
    client_id: client.id,
    owner_user_id: client.id,
    userid: client.id,
    id: client.id,
    uuid: `00000000-0000-4000-8000-${String(client.id).padStart(12, '0')}`,
    firstname: client.firstname,
    lastname: client.lastname,
    fullname: `${client.firstname} ${client.lastname}`,
    companyname: client.companyname,
    email: client.email,
    country: 'GB',
    currency: 1,
    currency_code: client.currency,
    defaultgateway: '',
    groupid: 0,
    status: client.status,
    notes: client.notes,
    customfields: Object.entries(client.customFields).map(([id, value]) => ({ id: Number(id), value })),
  }
  // The copy at the top is deprecated, and there.
  return success({ ...details, client: details })
}

/** One that would be made when it is used first has an address as well. */
const byEmail = (store: Store, email: string): WhmcsClient | undefined => {
  const known = [...store.clients.values()].find((client) => client.email.toLowerCase() === email.toLowerCase())
  return known ?? findClient(store, whole(/^client-(\d+)@example\.com$/.exec(email)?.[1]))
}

const row = ({ id, firstname, lastname, companyname, email, status }: WhmcsClient): Reply => {
  return { id, firstname, lastname, companyname, email, datecreated: now().slice(0, 10), groupid: 0, status }
}
