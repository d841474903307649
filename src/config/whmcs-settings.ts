/** The settings of WHMCS, and of what it is asked to do with an order. */
import { setting } from './setting.ts'
import { whmcsUrl } from './urls.ts'
import { oneOf, some, wholeNumber } from './values.ts'

export const WHMCS_SETTINGS = {
  WHMCS_URL: setting({
    meaning: 'Address of the WHMCS installation, without `/includes/api.php`',
    required: true,
    parse: whmcsUrl,
  }),
  WHMCS_IDENTIFIER: setting({ meaning: 'Identifier of the API credential', required: true, parse: some }),
  WHMCS_SECRET: setting({ meaning: 'Secret of the API credential', required: true, secret: true, parse: some }),
  WHMCS_ACCESS_KEY: setting({ meaning: "`$api_access_key` of WHMCS's configuration.php", secret: true, parse: some }),
  WHMCS_PAYMENT_METHOD: setting({ meaning: '`paymentmethod` of new orders', default: 'mailin', parse: some }),
  WHMCS_INVOICES: setting({
    meaning: '`none`: WHMCS makes no invoice for new orders. `create`: it does',
    default: 'none',
    ...oneOf('none', 'create'),
  }),
  WHMCS_MAILS: setting({
    meaning: '`none`: WHMCS mails nobody about new orders. `send`: it does',
    default: 'none',
    ...oneOf('none', 'send'),
  }),
  WHMCS_AUTOSETUP: setting({
    meaning: '`run`: the modules of their products set up accepted orders. `leave`: somebody does it by hand',
    default: 'run',
    ...oneOf('run', 'leave'),
  }),
  WHMCS_MARKER: setting({
    meaning:
      'Where a WHMCS order says which Salesforce order it is: `notes`, or `custom-field` (ids in `markerFields` of the mapping). `none`: nowhere, so that after a lost answer a person decides',
    default: 'notes',
    ...oneOf('notes', 'custom-field', 'none'),
  }),
  WHMCS_SETTLE_SECONDS: setting({
    meaning: 'How long to wait, after an `AddOrder` without a clear answer, before WHMCS is searched for the order',
    default: '300',
    ...wholeNumber(1, 86_400),
  }),
}
