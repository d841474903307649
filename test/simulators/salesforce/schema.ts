/** The objects of the simulated organisation: what can be asked for even while no record has it. */
interface ObjectType {
  fields: readonly string[]
  /** Relationship name -> the field that holds the id, and the object it leads to. */
  parents: Readonly<Record<string, { by: string; type: string }>>
  /** Relationship name -> the objects that point back here, and by which field. */
  children: Readonly<Record<string, { by: string; type: string }>>
}

const audit = ['IsDeleted', 'CreatedDate', 'LastModifiedDate', 'LastModifiedById', 'SystemModstamp']

export const schema: Readonly<Record<string, ObjectType>> = {
  Account: {
    fields: ['Id', 'Name', 'AccountNumber', 'OwnerId', 'WHMCS_Client_ID__c', ...audit],
    parents: { Owner: { by: 'OwnerId', type: 'User' } },
    children: { Orders: { by: 'AccountId', type: 'Order' } },
  },
  Order: {
    fields: [
      'Id',
      'AccountId',
      'OrderNumber',
      'Status',
      'StatusCode',
      'Type',
      'Description',
      'EffectiveDate',
      'TotalAmount',
      'Pricebook2Id',
      'Provisioning_Status__c',
      'WHMCS_Order_ID__c',
      'Provisioning_Error_Code__c',
      'Provisioning_Error_Message__c',
      'Last_Provisioning_At__c',
      ...audit,
    ],
    parents: { Account: { by: 'AccountId', type: 'Account' } },
    children: { OrderItems: { by: 'OrderId', type: 'OrderItem' } },
  },
  OrderItem: {
    fields: [
      'Id',
      'OrderId',
      'OrderItemNumber',
      'Product2Id',
      'PricebookEntryId',
      'Quantity',
      'UnitPrice',
      'ListPrice',
      'TotalPrice',
      'Description',
      'ServiceDate',
      'EndDate',
      'WHMCS_Service_ID__c',
      ...audit,
    ],
    parents: {
      Order: { by: 'OrderId', type: 'Order' },
      Product2: { by: 'Product2Id', type: 'Product2' },
      PricebookEntry: { by: 'PricebookEntryId', type: 'PricebookEntry' },
    },
    children: {},
  },
  PricebookEntry: {
    fields: ['Id', 'Product2Id', 'UnitPrice', 'IsActive', ...audit],
    parents: { Product2: { by: 'Product2Id', type: 'Product2' } },
    children: {},
  },
  Product2: {
    fields: ['Id', 'Name', 'ProductCode', 'IsActive', 'WHMCS_Product_ID__c', 'Billing_Cycle__c', ...audit],
    parents: {},
    children: {},
  },
  User: { fields: ['Id', 'Name', 'Email', ...audit], parents: {}, children: {} },
  Organization: {
    fields: ['Id', 'Name', 'IsSandbox', 'InstanceName', 'OrganizationType', ...audit],
    parents: {},
    children: {},
  },
}

/** Fields that Salesforce sets itself and that an update may not name. */
export const readOnly: ReadonlySet<string> = new Set(['OrderNumber', 'OrderItemNumber', 'TotalAmount', ...audit])

/** Text fields that end somewhere. */
export const maxLength: Readonly<Record<string, number>> = {
  Provisioning_Status__c: 255,
  WHMCS_Order_ID__c: 255,
  Provisioning_Error_Code__c: 255,
  Provisioning_Error_Message__c: 255,
  WHMCS_Service_ID__c: 255,
}
