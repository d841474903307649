/** The parameters of WHMCS that a mapping may fill, by WHMCS's own names. Source: its API reference. */

/**
 * What becomes of the text of a value: `text` goes as it is; `flag` becomes 1 or 0; `money` an exact decimal; `cycle` a word of
 * `billingcycle`; `count` a whole number; `serialized` one entry of an array that PHP unserializes.
 * `once` is of the order and not of its lines: all lines that give one must agree. `accept` is the same, of AcceptOrder.
 */
export type Kind = 'text' | 'flag' | 'money' | 'cycle' | 'count' | 'once' | 'accept'

const NAMESERVERS = {
  nameserver1: 'once',
  nameserver2: 'once',
  nameserver3: 'once',
  nameserver4: 'once',
  nameserver5: 'once',
} as const

/** Of each line of AddOrder. */
export const LINE_PARAMETERS = {
  domain: 'text',
  domaintype: 'text',
  regperiod: 'count',
  eppcode: 'text',
  idnlanguage: 'text',
  dnsmanagement: 'flag',
  emailforwarding: 'flag',
  idprotection: 'flag',
  domainpriceoverride: 'money',
  domainrenewoverride: 'money',
  ...NAMESERVERS,
  hostname: 'text',
  ns1prefix: 'text',
  ns2prefix: 'text',
  rootpw: 'text',
  serviceusername: 'accept',
  servicepassword: 'accept',
  billingcycle: 'cycle',
  priceoverride: 'money',
  addons: 'text',
  addonsqty: 'text',
  promocode: 'once',
  qty: 'count',
} as const satisfies Record<string, Kind>

/** Of each line, an array of its own by id: `configoptions.12`. */
export const LINE_ARRAYS = ['configoptions', 'customfields', 'domainfields'] as const

/** Of the whole of AddOrder. `notes` are appended to the marker. */
export const ORDER_PARAMETERS = {
  paymentmethod: 'text',
  promocode: 'text',
  promooverride: 'flag',
  contactid: 'text',
  affid: 'text',
  clientip: 'text',
  notes: 'text',
  noinvoice: 'flag',
  noinvoiceemail: 'flag',
  noemail: 'flag',
  nameserver1: 'text',
  nameserver2: 'text',
  nameserver3: 'text',
  nameserver4: 'text',
  nameserver5: 'text',
} as const satisfies Record<string, Kind>

export const ACCEPT_PARAMETERS = {
  autosetup: 'flag',
  sendemail: 'flag',
  serverid: 'text',
  registrar: 'text',
  sendregistrar: 'flag',
  serviceusername: 'text',
  servicepassword: 'text',
} as const satisfies Record<string, Kind>

/** Of AddClient. `customfields.<id>` beside them. */
export const CLIENT_PARAMETERS = [
  'firstname',
  'lastname',
  'companyname',
  'email',
  'address1',
  'address2',
  'city',
  'state',
  'postcode',
  'country',
  'phonenumber',
  'tax_id',
  'password2',
  'owner_user_id',
  'securityqid',
  'securityqans',
  'currency',
  'groupid',
  'language',
  'clientip',
  'notes',
  'marketing_emails_opt_in',
  'noemail',
  'skipvalidation',
] as const

/** What must not be read by whoever may read the ledger. */
export const SECRET_PARAMETERS: readonly string[] = [
  'rootpw',
  'servicepassword',
  'eppcode',
  'password2',
  'securityqans',
]
