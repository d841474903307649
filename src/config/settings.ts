import { certificateFile, certificateNames, headerName, keyFile } from './certificates.ts'
import { databaseUrl } from './database-url.ts'
import { folder, mappingFile, privateKey, sessionKey, wsdlFolder } from './files.ts'
import { IP_LIST, PROXY_LIST } from './ip-lists.ts'
import { NOTICE_SETTINGS } from './notice-settings.ts'
import { ORDER_SETTINGS } from './order-settings.ts'
import { pubsubEndpoint, TOPICS } from './pubsub.ts'
import { setting } from './setting.ts'
import { SIGN_IN_SETTINGS } from './sign-in-settings.ts'
import { instanceUrl, salesforceUrl, secureUrl } from './urls.ts'
import {
  durationBetween,
  durationOrOff,
  durationsBetween,
  matching,
  names,
  oneOf,
  orEmpty,
  organization,
  some,
  wholeNumber,
} from './values.ts'
import { WHMCS_SETTINGS } from './whmcs-settings.ts'

export const SETTINGS = {
  DATABASE_URL: setting({
    meaning: 'Postgres 14 or newer: `postgres://…`. `embedded`: a server of its own in `DATA_FOLDER`, for a first look',
    required: true,
    secret: 'password',
    parse: databaseUrl,
  }),
  DATABASE_WAIT: setting({
    meaning: 'How long `serve` waits for Postgres when it starts',
    default: '5m',
    ...durationBetween('0s', '1d'),
  }),
  DATA_FOLDER: setting({ meaning: 'Where the embedded Postgres lives', default: '.soapstone', parse: folder }),
  HOST: setting({ meaning: 'Address of the public listener', default: '127.0.0.1', parse: some }),
  PORT: setting({ meaning: 'Port of the public listener', default: '8080', ...wholeNumber(0, 65_535) }),
  TRUST_PROXY: setting({
    meaning: 'Proxies in front whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. Unset: nobody’s',
    ...PROXY_LIST,
  }),
  TLS_CERT_FILE: setting({
    meaning:
      'Certificate of the public listener with its whole chain (PEM file), which then speaks TLS alone. A change counts within 15 seconds. Unset: plain HTTP, for a proxy in front',
    parse: certificateFile,
  }),
  TLS_KEY_FILE: setting({ meaning: 'Its private key (PEM file)', parse: keyFile }),
  TLS_CLIENT_CA_FILE: setting({
    meaning:
      'Who signs the certificates of those who send: outbound messages and the Quick Action then need one, the other routes do not. One or several (PEM file); a change counts within 15 seconds',
    parse: certificateFile,
  }),
  TLS_CLIENT_NAMES: setting({
    meaning: 'For whom they are: common names or DNS names, of which a certificate must have one',
    allowed: 'names, separated by commas, without `*`',
    parse: certificateNames,
  }),
  TLS_CLIENT_HEADER: setting({
    meaning:
      'Where a proxy (`TRUST_PROXY`) ends TLS: the header in which it hands over the certificate of who asks. PEM with percent signs, or DER in base64',
    parse: headerName,
  }),
  ADMIN_HOST: setting({
    meaning: 'Address of the private listener, which has metrics, and health in detail',
    default: '127.0.0.1',
    parse: some,
  }),
  ADMIN_PORT: setting({
    meaning: 'Port of the private listener. Empty: there is none',
    default: '8081',
    mayBeEmpty: true,
    ...orEmpty(wholeNumber(0, 65_535)),
  }),
  ADMIN_URL: setting({
    meaning: 'The address at which people reach the page, where a proxy is in front of it. Unset: as the request says',
    parse: secureUrl,
  }),
  ...SIGN_IN_SETTINGS,
  ORGANIZATIONS_FILE: setting({
    meaning:
      'JSON file with several organisations, each with its own login, WHMCS, mapping and secrets (OPERATIONS.md). It takes the place of the settings that describe one; SIGHUP reads it again',
    parse: some,
  }),
  SALESFORCE_ORG_ID: setting({
    meaning: 'Id of the organisation whose messages are taken, 15 or 18 characters',
    required: true,
    parse: organization,
  }),
  SALESFORCE_INSTANCE_URL: setting({
    meaning: 'My Domain, `https://<name>.my.salesforce.com`. Callbacks and OAuth go here and nowhere else',
    required: true,
    parse: instanceUrl,
  }),
  SALESFORCE_LOGIN_URL: setting({
    meaning: 'Where OAuth logs in, and the audience of a JWT. Unset: guessed from `SALESFORCE_INSTANCE_URL`',
    parse: salesforceUrl,
  }),
  SALESFORCE_API_VERSION: setting({
    meaning: 'Version of the REST API',
    default: '67.0',
    parse: (text) => matching(text, /^[6-9]\d\.0$/, 'is not a version from 60.0'),
  }),
  SALESFORCE_CLIENT_ID: setting({ meaning: 'Consumer key of the External Client App', parse: some }),
  SALESFORCE_CLIENT_SECRET: setting({
    meaning: 'Consumer secret of the External Client App, for the client credentials flow',
    secret: true,
    parse: some,
  }),
  SALESFORCE_JWT_USERNAME: setting({ meaning: 'User to run as, for the JWT bearer flow', parse: some }),
  SALESFORCE_JWT_KEY_FILE: setting({ meaning: 'Private key (PEM file), for the JWT bearer flow', parse: privateKey }),
  PUBLIC_URL: setting({
    meaning: 'The address at which Salesforce reaches this server. `?wsdl` shows it. Unset: as the request says',
    parse: secureUrl,
  }),
  WSDL_FOLDER: setting({
    meaning:
      'Folder of the contracts, `<name>.wsdl` each. Unset: `./wsdl` where it exists, otherwise the `order.wsdl` that comes along',
    parse: wsdlFolder,
  }),
  UNKNOWN_FIELDS: setting({
    meaning:
      'What to do with a field that the contract lacks, or whose value is not of its type. `report` keeps it as text and logs a warning. `refuse` answers with a Fault',
    default: 'report',
    ...oneOf('report', 'refuse'),
  }),
  FOREIGN_ORGANIZATIONS: setting({
    meaning:
      'What to do with messages of other organisations, such as sandbox copies. `refuse` answers 403. `record` stores them as ignored',
    default: 'refuse',
    ...oneOf('refuse', 'record'),
  }),
  OUTBOUND_MESSAGE_KEY: setting({
    meaning: 'A key that senders must add to the endpoint URL, as `?key=…`',
    secret: true,
    allowed: '16 or more of A-Z a-z 0-9 . _ ~ -',
    // Anything else is changed on its way through a URL, by one sender or another.
    parse: (text) =>
      matching(text, /^[A-Za-z0-9._~-]{16,}$/, 'must be 16 or more characters of A-Z a-z 0-9 . _ ~ -, and no others'),
  }),
  OUTBOUND_MESSAGE_IP_ALLOWLIST: setting({
    meaning:
      'From where outbound messages are taken. A file has one address or network a line, or is Salesforce’s `ip-ranges.json`; a change of it counts within 15 seconds. Unset: from everywhere',
    ...IP_LIST,
  }),
  SF_WEBHOOK_IP_ALLOWLIST: setting({
    meaning: 'The same, for the signed Quick Action (`POST /orders/…`)',
    ...IP_LIST,
  }),
  ...ORDER_SETTINGS,
  ...WHMCS_SETTINGS,
  SESSION_KEY: setting({
    meaning:
      'Seals session ids at rest: 32 bytes in base64 (`openssl rand -base64 32`). Unset: they are dropped on receipt',
    secret: true,
    parse: sessionKey,
  }),
  MAPPING_FILE: setting({
    meaning: 'JSON file with other names of Salesforce fields, and the product mapping',
    parse: mappingFile,
  }),
  RETRY_SCHEDULE: setting({
    meaning: 'Delays between attempts. When they are used up, the order becomes a dead letter',
    default: '5s,30s,2m,10m,1h,6h',
    ...durationsBetween('0ms', '7d', 50),
  }),
  BATCH_WAIT: setting({
    meaning:
      'How long orders gather before the next call to Salesforce, which serves up to 400 of them. Longer: fewer calls. Shorter: less delay. The first order after a quiet time never waits',
    default: '5s',
    ...durationBetween('0ms', '10m'),
  }),
  LEASE_SECONDS: setting({
    meaning: 'How long it takes, after a crash, until another worker has taken over all that the dead one held',
    default: '30',
    ...wholeNumber(2, 3_600),
  }),
  PROVISION_CONCURRENCY: setting({
    meaning: 'Orders sent to WHMCS at the same time, each of another client',
    default: '4',
    ...wholeNumber(1, 64),
  }),
  SALESFORCE_TIMEOUT: setting({
    meaning: 'How long to wait for an answer of Salesforce',
    default: '30s',
    ...durationBetween('100ms', '10m'),
  }),
  WHMCS_TIMEOUT: setting({
    meaning: 'How long to wait for an answer of WHMCS',
    default: '60s',
    ...durationBetween('100ms', '10m'),
  }),
  SNAPSHOT_MAX_AGE: setting({
    meaning: 'An order read longer ago than this is read again before it is provisioned',
    default: '15m',
    ...durationBetween('1s', '7d'),
  }),
  SWEEP_EVERY: setting({
    meaning:
      'How often Salesforce is asked for approved orders without a provisioning status that no message has brought. `off`: never',
    default: '1h',
    ...durationOrOff('100ms', '7d'),
  }),
  SWEEP_CONDITION: setting({
    meaning: "Which of the approved orders a sweep looks at, in SOQL: `RecordType.Name = 'Hosting'`. Unset: all",
    parse: some,
  }),
  PUBSUB_TOPICS: setting({
    meaning:
      'Streams of events to subscribe to (Pub/Sub API), separated by commas. `:Field__c` names the field that holds the id of the order, where it is not `Order_Id__c` or `OrderId__c`. Unset: none',
    ...TOPICS,
  }),
  PUBSUB_ENDPOINT: setting({
    meaning: 'The Pub/Sub API, `host:port`. For Germany alone: `api.deu.pubsub.salesforce.com:7443`',
    default: 'api.pubsub.salesforce.com:7443',
    parse: pubsubEndpoint,
  }),
  PUBSUB_START: setting({
    meaning:
      'Where a stream begins that was never read before. `latest`: with what happens from now on. `earliest`: with all that Salesforce still has, up to 72 hours',
    default: 'latest',
    ...oneOf('latest', 'earliest'),
  }),
  RETENTION_DAYS: setting({
    meaning:
      'How long a notification stays in the ledger after it is completed, ignored, superseded or dead. A redelivery that comes later is new',
    default: '400',
    // Salesforce sends for 24 hours, people send again by hand after a weekend: what is gone is recognised no more.
    ...wholeNumber(7, 36_500),
  }),
  MASKED_FIELDS: setting({
    meaning:
      'Names of fields, separated by commas, whose values API and page show as `***`: of messages, orders, requests and answers. `*` stands for any letters: `*Email*, Phone`. What a name like a password has is masked anyway',
    parse: names,
  }),
  ATTEMPT_DETAIL_DAYS: setting({
    meaning:
      'How long it is kept what WHMCS and Salesforce were asked and answered in an attempt, without secrets and without what is about a person. 0: not at all',
    default: '30',
    ...wholeNumber(0, 3_650),
  }),
  ...NOTICE_SETTINGS,
  BODY_LIMIT: setting({
    meaning: 'Largest message, MiB',
    default: '32',
    ...wholeNumber(1, 512, 1024 * 1024),
  }),
  DRAIN_SECONDS: setting({
    meaning: 'How long work in hand may take to end at SIGTERM',
    default: '30',
    ...wholeNumber(0, 600),
  }),
  CHECK_AT_START: setting({
    meaning:
      'Whether `serve` examines database, Salesforce, WHMCS and itself before it listens, as `soapstone doctor` does. `on`: it does not start where a check fails',
    default: 'off',
    ...oneOf('off', 'on'),
  }),
  LOG_LEVEL: setting({
    meaning: 'The least severe level that is logged',
    default: 'info',
    ...oneOf('debug', 'info', 'warn', 'error', 'silent'),
  }),
}

type Table = typeof SETTINGS
export type SettingName = keyof Table
/** What the text of a setting becomes. */
export type Value<K extends SettingName> = ReturnType<Table[K]['parse']>
/** The same, as the Config has it: with a default, or required, it is never absent. */
export type Given<K extends SettingName> = Table[K] extends { default: string } | { required: true }
  ? Value<K>
  : Value<K> | undefined
