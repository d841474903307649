/** One mistake for each thing that the rules look at: the path, the text, what it becomes, and what the rules say. */
const MAIN = 'force-app/main/default'
const FLOW = `${MAIN}/flows/Soapstone_Order_Approved.flow-meta.xml`
const EVENT_FLOW = 'force-app-events/main/default/flows/Soapstone_Order_Approved_Event.flow-meta.xml'
const WORKFLOW = `${MAIN}/workflows/Order.workflow-meta.xml`
const EXTERNAL = `${MAIN}/externalCredentials/Soapstone.externalCredential-meta.xml`
const NAMED = `${MAIN}/namedCredentials/Soapstone.namedCredential-meta.xml`
const ACTION = `${MAIN}/quickActions/Order.Provision_in_WHMCS.quickAction-meta.xml`
const LWC = `${MAIN}/lwc/provisionInWhmcs/provisionInWhmcs.js`
const LIST = `${MAIN}/objects/Order/listViews/Soapstone_Failed.listView-meta.xml`
const TRIGGER = `${MAIN}/triggers/SoapstoneOrderDeleted.trigger`
const CDC =
  'force-app-cdc/main/default/platformEventChannelMembers/ChangeEvents_OrderChangeEvent.platformEventChannelMember-meta.xml'
const PROJECT = 'sfdx-project.json'
const field = (name: string) => `${MAIN}/objects/Order/fields/${name}.field-meta.xml`
const set = (name: string) => `${MAIN}/permissionsets/${name}.permissionset-meta.xml`
const apex = (name: string) => `${MAIN}/classes/${name}.cls`

export const MISTAKES: [path: string, from: string, to: string, rule: RegExp][] = [
  [field('WHMCS_Order_ID__c'), '<fullName>WHMCS_Order_ID__c', '<fullName>WHMCS_Order_Id__c', /^fullNames: /],
  [CDC, '<selectedEntity>Order', '<selectedEntity>Account', /^fullNames: .*ChangeEvents_AccountChangeEvent/],
  [`${apex('SoapstoneProvision')}-meta.xml`, '67.0', '59.0', /^versions: .* is 59\.0, not 67\.0/],
  [WORKFLOW, '<apiVersion>67.0', '<apiVersion>60.0', /^versions: /],
  [PROJECT, '"67.0"', '"68.0"', /^versions: sfdx-project\.json/],
  [PROJECT, '"force-app-cdc"', '"force-app-other"', /^project: /],
  [PROJECT, '"integration@example.com"', '"someone@example.com"', /^(?:project|examples): /],
  [PROJECT, 'workflows/Order.workflow', 'workflows/Orders.workflow', /^(?:project|examples): /],
  [field('Provisioning_Error_Message__c'), '255', '80', /^lengths: /],
  [field('WHMCS_Order_ID__c'), '    <length>20</length>\n', '', /^lengths: /],
  [field('Provisioning_Status__c'), 'Provisioned<', 'Done<', /^statuses: the picklist lacks Provisioned/],
  [LIST, '<value>Failed', '<value>Broken', /^statuses: the list view looks for .* Broken/],
  [
    LIST,
    '<columns>Provisioning_Error_Code__c',
    '<columns>WHMCS_Client_ID__c',
    /^columns: .*Order has no WHMCS_Client_ID__c/,
  ],
  [
    LIST,
    '<columns>Provisioning_Error_Code__c',
    '<columns>Provisioning_Code__c',
    /^customNames: .*Provisioning_Code__c/,
  ],
  [WORKFLOW, '        <fields>TotalAmount</fields>\n', '', /^message: .*lacks TotalAmount/],
  [WORKFLOW, '<fields>TotalAmount', '<fields>Name', /^message: /],
  [WORKFLOW, '<includeSessionId>false', '<includeSessionId>true', /^message: .*session/],
  [WORKFLOW, '/outbound-messages/order', '/outbound-message/order', /^message: .*goes to/],
  [FLOW, 'actionName>Order.Soapstone_Order', 'actionName>Order.Soapstone', /^sender: /],
  [FLOW, 'nameSegment>Order.Soapstone_Order', 'nameSegment>Soapstone_Order', /^sender: .*which is no message/],
  [FLOW, '>outboundMessage<', '>apex<', /^sender: /],
  [FLOW, '<stringValue>Approved', '<stringValue>Aproved', /^entry: .*lacks Approved/],
  [EVENT_FLOW, '<stringValue>Approved', '<stringValue>Aproved', /^entry: /],
  [FLOW, '<targetReference>Send_To_Soapstone', '<targetReference>Send_It', /^entry: .*its steps/],
  [FLOW, 'MeetCriteria>true', 'MeetCriteria>false', /^entry: .*every save/],
  [FLOW, 'RecordAfterSave', 'RecordBeforeSave', /^entry: .*before the order is saved/],
  [FLOW, '<filterLogic>or', '<filterLogic>and', /^entry: .*no order has two/],
  [EVENT_FLOW, '<field>Order_Id__c', '<field>OrderId__c', /^customNames: .*no OrderId__c/],
  [ACTION, 'provisionInWhmcs', 'provisionWhmcs', /^action: .*no component provisionWhmcs/],
  [`${LWC}-meta.xml`, '<target>lightning__RecordAction', '<target>lightning__RecordPage', /^action: /],
  [LWC, 'SoapstoneProvision.provision', 'SoapstoneProvision.send', /^imports: .*is no @AuraEnabled/],
  [apex('SoapstoneProvision'), '@AuraEnabled\n    public static', 'public static', /^imports: /],
  [LWC, '{ orderId: ', '{ id: ', /^parameters: .*gives id, Apex takes orderId/],
  [apex('SoapstoneProvision'), 'X-SF-Nonce', 'X-Nonce', /^request: /],
  [apex('SoapstoneProvision'), "'timestamp' =>", "'time' =>", /^request: the body lacks timestamp/],
  [apex('SoapstoneProvision'), "'/provision'", "'/provisions'", /^request: the path/],
  [apex('SoapstoneProvision'), 'record.LastModifiedDate.getTime()', 'System.now().getTime()', /^request: the key/],
  [apex('SoapstoneProvision'), ' WITH USER_MODE', '', /^modes: .*does not say its mode/],
  [apex('SoapstoneProvision'), 'WITH USER_MODE', 'WITH SYSTEM_MODE', /^browser: .*system mode/],
  [apex('SoapstoneProvision'), 'with sharing class', 'without sharing class', /^browser: .*not with sharing/],
  [
    apex('SoapstoneProvision'),
    'String nonce =',
    'update as user record;\n        String nonce =',
    /^browser: .*saves something/,
  ],
  [apex('SoapstoneTombstones'), 'without sharing class', 'class', /^sharing: SoapstoneTombstones/],
  [apex('SoapstoneTombstones'), ',\n                AccessLevel.SYSTEM_MODE', '', /^modes: .*Database\.upsert/],
  [
    apex('SoapstoneTestOrders'),
    'insert as system orders',
    'insert orders',
    /^modes: .*'insert o…' does not say as whom/,
  ],
  [apex('SoapstoneTombstonesTest'), 'undelete as system', 'update as system', /^tested: SoapstoneOrderDeleted/],
  [apex('SoapstoneProvisionTest'), 'SoapstoneProvision.', 'Other.', /^tested: SoapstoneProvision/],
  [TRIGGER, 'SoapstoneTombstones.', 'SoapstoneStones.', /^calls: SoapstoneOrderDeleted: there is no class/],
  [set('Soapstone_Integration'), 'EditActivatedOrders', 'EnableNotifications', /^noLoop: /],
  [
    set('Soapstone_Integration'),
    'EditActivatedOrders',
    'EditTask',
    /^integration: its rights lacks EditActivatedOrders/,
  ],
  [set('Soapstone_Integration'), 'Order.Provisioning_Status__c', 'Order.Provisioning__c', /^grants: .*no field/],
  [set('Soapstone_Integration'), '<viewAllRecords>true', '<viewAllRecords>false', /^integration: what it sees all of/],
  [set('Soapstone_Integration'), '<editable>true', '<editable>false', /^integration: what it may write lacks/],
  [set('Soapstone_Mapping'), '<object>Product2', '<object>Product', /^grants: .*no object Product$/],
  [set('Soapstone_Operator'), '<object>OrderItem', '<object>Order', /^grants: .*lacks the object OrderItem/],
  [set('Soapstone_Operator'), 'SoapstoneProvision', 'SoapstoneProvisions', /^grants: .*no class/],
  [
    `${MAIN}/objects/Soapstone_Tombstone__c/fields/Record_Id__c.field-meta.xml`,
    '<required>false',
    '<required>true',
    /^grants: .*Record_Id__c is required/,
  ],
  [
    set('Soapstone_Credential'),
    '    <description>',
    '    <classAccesses><apexClass>SoapstoneProvision</apexClass><enabled>true</enabled></classAccesses>\n    <description>',
    /^apart: /,
  ],
  [set('Soapstone_Credential'), 'Soapstone-Soapstone', 'Soapstone - Soapstone', /^chain: there is no principal/],
  [
    NAMED,
    '<externalCredential>Soapstone',
    '<externalCredential>Other',
    /^chain: there is no external credential Other/,
  ],
  [apex('SoapstoneProvision'), 'callout:Soapstone/', 'callout:Other/', /^(?:request|chain): /],
  [EXTERNAL, 'X-SF-Signature', 'X-Signature', /^signature: /],
  [EXTERNAL, '$Credential.Soapstone.Body', '$Credential.Other.Body', /^signature: /],
  [EXTERNAL, 'HMAC(', 'HASH(', /^signature: /],
  [EXTERNAL, '>Custom<', '>Basic<', /^signature: .*protocol/],
  [NAMED, 'InHeader>false', 'InHeader>true', /^plainTexts: /],
  [apex('SoapstoneProvision'), 'Integer WAIT_SECONDS = 20', "String SECRET_KEY => 'hunter2'", /^noSecrets: /],
  [NAMED, '<label>Soapstone', '<label>9f86d081884c7d659a2feaa0c55ad015', /^noSecrets: /],
]
