/** What Soapstone can write into a field of Salesforce, by object. */
export const WRITTEN = {
  Order: [
    'status',
    'whmcsOrderId',
    'whmcsOrderNumber',
    'whmcsClientId',
    'invoiceId',
    'invoiceStatus',
    'serviceIds',
    'domain',
    'errorCode',
    'errorMessage',
    'provisionedAt',
    'mapping',
  ],
  OrderItem: ['serviceId', 'domain', 'serviceStatus'],
  Account: ['whmcsClientId'],
} as const
