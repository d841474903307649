import type { Fields, Org } from './org.ts'

export interface NewOrder {
  fields?: Record<string, unknown>
  accountId?: string
  items?: { productId: string; Quantity?: number; UnitPrice?: number; fields?: Record<string, unknown> }[]
}

export interface Seeding {
  /** Returns the 18-character id, as the other two do. */
  addAccount(fields?: Record<string, unknown>): string
  addProduct(fields?: Record<string, unknown>): string
  /** A person, to own an account. */
  addUser(fields?: Record<string, unknown>): string
  /** An activated order of one item and a new account, where nothing else is said. */
  addOrder(order?: NewOrder): string
  /** Ids of an order's items. */
  itemsOf(orderId: string): string[]
  /** As a user would: the record's time stamps move on, by a second at least. */
  update(id: string, fields: Record<string, unknown>): void
  /** Into the recycle bin. */
  remove(id: string): void
  emptyRecycleBin(): void
  /** As sharing does: the integration user finds the record no more, and may not change it. */
  hide(id: string): void
  /** The end of that. */
  share(id: string): void
}

/** Fills the organisation. */
export function createSeeding(org: Org): Seeding {
  const numbers = { client: 1000, order: 100, item: 0 }
  let defaultProduct: string | undefined

  function addAccount(fields: Fields = {}): string {
    numbers.client++
    return org.create('Account', {
      Name: `Account ${numbers.client}`,
      WHMCS_Client_ID__c: `${numbers.client}`,
      ...fields,
    })
  }

  function addProduct(fields: Fields = {}): string {
    const id = org.create('Product2', {
      Name: 'Web Hosting',
      ProductCode: 'HOSTING',
      IsActive: true,
      WHMCS_Product_ID__c: '185',
      Billing_Cycle__c: 'Monthly',
      ...fields,
    })
    org.create('PricebookEntry', { Product2Id: id, UnitPrice: 45, IsActive: true })
    return id
  }

  function addOrder({ fields = {}, accountId, items }: NewOrder = {}): string {
    const lines = items ?? [{ productId: productOfLastResort() }]
    const priced = lines.map((line) => ({ ...line, Quantity: line.Quantity ?? 1, UnitPrice: line.UnitPrice ?? 45 }))
    const id = org.create('Order', {
      AccountId: accountId ?? fields.AccountId ?? addAccount(),
      OrderNumber: String(++numbers.order).padStart(8, '0'),
      Status: 'Activated',
      EffectiveDate: new Date().toISOString().slice(0, 10),
      TotalAmount: priced.reduce((sum, line) => sum + line.Quantity * line.UnitPrice, 0),
      ...fields,
    })
    for (const line of priced) addItem(id, line)
    return id
  }

  function addItem(orderId: string, line: { productId: string; Quantity: number; UnitPrice: number; fields?: Fields }) {
    const { productId, Quantity, UnitPrice, fields } = line
    const [entry] = org.childrenOf(productId, 'PricebookEntry', 'Product2Id')
    org.create('OrderItem', {
      OrderId: orderId,
      OrderItemNumber: String(++numbers.item).padStart(10, '0'),
      Product2Id: productId,
      PricebookEntryId: entry?.id ?? null,
      Quantity,
      UnitPrice,
      ListPrice: UnitPrice,
      TotalPrice: Quantity * UnitPrice,
      ...fields,
    })
  }

  function productOfLastResort(): string {
    defaultProduct ??= addProduct()
    return defaultProduct
  }

  return {
    addAccount,
    addProduct,
    addUser: (fields = {}) => org.create('User', { Name: 'Jürgen Müller', Email: 'owner@example.com', ...fields }),
    addOrder,
    itemsOf: (orderId) => org.childrenOf(orderId, 'OrderItem', 'OrderId').map(({ id }) => id),
    update: (id, fields) => {
      if (!org.update(id, fields, 'person')) throw new Error(`no record ${id}`)
    },
    remove: org.remove,
    emptyRecycleBin: org.emptyRecycleBin,
    hide: org.hide,
    share: org.share,
  }
}
