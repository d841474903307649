/** Verify the effect of the acceptance, line by line, whatever WHMCS said about it. */
import { Failure } from '../../../domain/failure.ts'
import type { OrderLine } from '../../../domain/order.ts'
import type { Outcome } from '../../../domain/outcome.ts'
import { assignServices, isLost, isOpen, type Service } from '../../../domain/services.ts'
import { recordDetails } from './details.ts'
import { modulesOf, type Order } from './order.ts'
import type { Made } from './ports.ts'

/** Done when each line has its services in that order, and none is left Pending. */
export async function verify(order: Order, made: Made, note: string): Promise<Outcome> {
  const { request, options, signal } = order
  const services = await options.whmcs.services(request, made, signal)
  const { serviceIds, lacking } = assignServices(request, services)
  // Where modules are left alone, somebody sets the services up by hand.
  const bad = services.filter((service) => isLost(service) || (modulesOf(order) === 'run' && isOpen(service)))
  const faults = [
    ...lacking.map(({ line, reason }) => `${nameOf(line)} ${reason}`),
    ...bad.map((service) => `${nameOf(lineOf(service, request.lines))}: service ${service.id} is ${service.status}`),
  ]
  if (faults.length > 0) {
    const record = `WHMCS order ${made.whmcsOrderId}`
    throw new Failure('WHMCS_ORDER_INCOMPLETE', { record, detail: `is accepted, but ${faults.join('; ')}` })
  }
  await recordDetails(order, made, { services, serviceIds })
  return { ...done(made.whmcsOrderId, note, options.rules.version), serviceIds }
}

/** `mapping`: the one that is in force. */
export function done(whmcsOrderId: string, note: string, mapping?: string) {
  const said = mapping === undefined ? note : `${note}, mapping ${mapping}`
  return { kind: 'advance', step: 'write_back', whmcsOrderId, note: said } as const
}

function lineOf({ orderItemId, pid }: Service, lines: OrderLine[]): OrderLine | undefined {
  return lines.find((line) => line.orderItemId === orderItemId) ?? lines.find((line) => line.pid === pid)
}

function nameOf(line: OrderLine | undefined): string {
  return line === undefined ? 'of no line' : `OrderItem ${line.orderItemId} (WHMCS product ${line.pid})`
}
