import { addOrder } from './add-order.ts'
import { addClient, getClients, getClientsDetails } from './clients.ts'
import { addInvoicePayment, getInvoice, getTransactions } from './invoices.ts'
import { getClientsProducts, getOrders } from './lists.ts'
import {
  acceptOrder,
  addCancelRequest,
  cancelOrder,
  deleteOrder,
  moduleTerminate,
  pendingOrder,
  updateClientProduct,
} from './order-states.ts'
import type { PhpArray } from './php-form.ts'
import {
  getCurrencies,
  getModuleQueue,
  getOrderStatuses,
  getPaymentMethods,
  getProducts,
  whmcsDetails,
} from './reads.ts'
import type { Reply } from './reply.ts'
import type { Store } from './store.ts'

type Action = (store: Store, params: PhpArray) => Reply

export const ACTIONS: Record<string, Action> = {
  AddOrder: addOrder,
  AcceptOrder: acceptOrder,
  PendingOrder: pendingOrder,
  CancelOrder: cancelOrder,
  ModuleTerminate: moduleTerminate,
  AddCancelRequest: addCancelRequest,
  DeleteOrder: deleteOrder,
  UpdateClientProduct: updateClientProduct,
  GetOrders: getOrders,
  GetClientsProducts: getClientsProducts,
  AddClient: addClient,
  GetClients: getClients,
  GetClientsDetails: getClientsDetails,
  AddInvoicePayment: addInvoicePayment,
  GetInvoice: getInvoice,
  GetTransactions: getTransactions,
  GetOrderStatuses: getOrderStatuses,
  GetPaymentMethods: getPaymentMethods,
  GetProducts: getProducts,
  GetModuleQueue: getModuleQueue,
  GetCurrencies: getCurrencies,
  WhmcsDetails: whmcsDetails,
}

const byLowerCase = new Map(Object.keys(ACTIONS).map((name) => [name.toLowerCase(), name]))

/** WHMCS does not mind the case of an action; this is the documented spelling, or what was sent if there is none. */
export const actionName = (sent: string): string => byLowerCase.get(sent.toLowerCase()) ?? sent

export const isKnown = (name: string): boolean => byLowerCase.get(name.toLowerCase()) === name
