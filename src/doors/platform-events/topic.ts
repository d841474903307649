/** A topic as PUBSUB_TOPICS names it, and which field of its events names the order. */

export interface Topic {
  /** `/event/Order_Approved__e`, `/data/OrderChangeEvent`. */
  name: string
  source: 'platform-event' | 'change-event'
  /** Fields of an event that may hold the id of the order: the first that does counts. None for change events. */
  idFields: string[]
}

/** That of a custom event, in the package for Salesforce and as people write it; and that of OrderStatusChangedEvent. */
const GUESSES = ['Order_Id__c', 'OrderId__c', 'OrderId']

/** `field`: as `/event/Name__e:Field__c` has it. */
export function toTopic({ name, field }: { name: string; field?: string | undefined }): Topic {
  if (name.startsWith('/data/')) return { name, source: 'change-event', idFields: [] }
  return { name, source: 'platform-event', idFields: field === undefined ? GUESSES : [field] }
}
