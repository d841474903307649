/** The organisations that one installation works for. The settings make one, ORGANIZATIONS_FILE several. */
import type { Mapping } from '../domain/mapping/mapping.ts'
import type { Config, OneConfig } from './read.ts'

/** One Salesforce organisation, and the WHMCS that its orders go to. */
export interface Organization {
  /** 18 characters. */
  id: string
  /** How log and metrics call it. */
  name: string
  salesforce: { instanceUrl: string; loginUrl?: string; apiVersion: string }
  whmcs: {
    url: string
    paymentMethod: string
    invoices: Config['WHMCS_INVOICES']
    mails: Config['WHMCS_MAILS']
    /** Whether accepted orders are handed to the modules of their products. */
    modules: Config['WHMCS_AUTOSETUP']
    marker: Config['WHMCS_MARKER']
    /** After an unknown outcome: how long until WHMCS is believed to have ended. */
    settleSeconds: number
  }
  /** Which fields mean what, and which orders are provisioned as what. */
  rules: Mapping
  /** SOQL: which of the approved orders a sweep looks at. */
  sweepCondition?: string
  /** What must never be shown. */
  secrets: {
    salesforce: Config['oauth']
    whmcs: { identifier: string; secret: string; accessKey?: string }
    /** What its Quick Action signs with: all are valid. None: it has none. */
    quickAction: readonly string[]
  }
}

export function organizationsOf({ organizations }: Config): Organization[] {
  return organizations.map(({ name, config }) => organizationOf(config, name))
}

function organizationOf(config: OneConfig, name = nameOf(config.SALESFORCE_INSTANCE_URL)): Organization {
  const { WHMCS_IDENTIFIER: identifier, WHMCS_SECRET: secret, WHMCS_ACCESS_KEY: accessKey } = config
  return {
    id: config.SALESFORCE_ORG_ID,
    name,
    salesforce: {
      instanceUrl: config.SALESFORCE_INSTANCE_URL,
      ...(config.SALESFORCE_LOGIN_URL !== undefined && { loginUrl: config.SALESFORCE_LOGIN_URL }),
      apiVersion: config.SALESFORCE_API_VERSION,
    },
    whmcs: {
      url: config.WHMCS_URL,
      paymentMethod: config.WHMCS_PAYMENT_METHOD,
      invoices: config.WHMCS_INVOICES,
      mails: config.WHMCS_MAILS,
      modules: config.WHMCS_AUTOSETUP,
      marker: config.WHMCS_MARKER,
      settleSeconds: config.WHMCS_SETTLE_SECONDS,
    },
    rules: config.mapping,
    ...(config.SWEEP_CONDITION !== undefined && { sweepCondition: config.SWEEP_CONDITION }),
    secrets: {
      salesforce: config.oauth,
      whmcs: { identifier, secret, ...(accessKey !== undefined && { accessKey }) },
      quickAction: config.SF_WEBHOOK_SECRET ?? [],
    },
  }
}

/** `acme` of https://acme.my.salesforce.com, `acme--uat.sandbox` of its sandbox: what people call it anyway. */
function nameOf(instanceUrl: string): string {
  return new URL(instanceUrl).hostname.replace(/\.my\.salesforce\.com$/, '')
}
