/** The settings of /orders: the signed Quick Action, and the portal. */
import { portalTexts } from './portal-texts.ts'
import { setting } from './setting.ts'
import { origins } from './urls.ts'
import { numberOrOff, secrets, some, wholeNumber } from './values.ts'

export const ORDER_SETTINGS = {
  SF_WEBHOOK_SECRET: setting({
    meaning:
      'What the Quick Action in Salesforce signs with (`openssl rand -hex 32`). Several, separated by commas, are all valid, for a change from one to the next. Unset: the endpoint does not exist',
    secret: true,
    parse: secrets,
  }),
  WEBHOOK_TIMESTAMP_TOLERANCE: setting({
    meaning: 'How far the time of a signed request may be from ours, milliseconds',
    default: '300000',
    ...wholeNumber(1, 86_400_000),
  }),
  PORTAL_LINK_SECRET: setting({
    meaning: 'Signs links to the status of an order (`soapstone link`). Unset: there are no links',
    secret: true,
    parse: some,
  }),
  PORTAL_ORIGINS: setting({
    meaning: 'Origins whose pages may ask for the status of orders from a browser, separated by commas',
    allowed: 'https://portal.example.com, …',
    parse: origins,
  }),
  PORTAL_TEXTS_FILE: setting({
    meaning: 'JSON file with own texts for customers, in one language or several (fixtures/portal/texts.json)',
    parse: portalTexts,
  }),
  ORDERS_RATE_LIMIT: setting({
    meaning:
      'Requests to `/orders` in a minute from one address. Not counted are those with a token, and those with a link that only ask whether anything is new. `off`: no limit',
    default: '1200',
    ...numberOrOff(wholeNumber(1, 1_000_000)),
  }),
}
