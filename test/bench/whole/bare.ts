/** The calls that the stages make, by the same adapters and as many at a time, from lists in memory: nothing survives a crash. */

import { organizationsOf } from '../../../src/config/organizations.ts'
import type { Config } from '../../../src/config/read.ts'
import { toProvisionRequest } from '../../../src/domain/mapping/request.ts'
import { toRules } from '../../../src/domain/mapping/rules.ts'
import type { ProvisionRequest } from '../../../src/domain/order.ts'
import { assignServices } from '../../../src/domain/services.ts'
import type { Report } from '../../../src/pipeline/steps/write-back.ts'
import { createSalesforce, createWhmcs } from '../../../src/service/adapters.ts'

const BATCH = 200
const BATCHES_AT_A_TIME = 2

export async function runBare(config: Config, orderIds: string[]): Promise<void> {
  const [organization] = organizationsOf(config)
  if (organization === undefined) throw new Error('no organisation')
  const orders = createSalesforce(organization, config)
  const whmcs = createWhmcs(organization, config)
  const rules = toRules(organization.rules)
  const { signal } = new AbortController()
  const batches = createQueue<string[]>()
  const requests = createQueue<ProvisionRequest>()
  const reports = createQueue<Report>()
  for (let i = 0; i < orderIds.length; i += BATCH) batches.put(orderIds.slice(i, i + BATCH))
  batches.end()

  const callback = async () => {
    for (let batch = await batches.take(1); batch.length > 0; batch = await batches.take(1)) {
      const found = await orders.read(batch.flat(), [], signal)
      await orders.markActivating([...found.keys()], [], signal)
      for (const snapshot of found.values()) requests.put(toProvisionRequest(snapshot, rules))
    }
  }
  const provision = async () => {
    for (let [request] = await requests.take(1); request; [request] = await requests.take(1)) {
      const { orderId } = request
      await whmcs.search({ clientId: request.clientId, orderId, lists: 'orders' }, signal)
      const made = await whmcs.add(request, signal)
      const { whmcsOrderId } = made
      await whmcs.accept({ whmcsOrderId, request, modules: 'run' }, signal)
      const { serviceIds } = assignServices(request, await whmcs.services(request, made, signal))
      reports.put({ orderId, kind: 'provisioned', whmcsOrderId, serviceIds })
    }
  }
  const writeBack = async () => {
    for (let batch = await reports.take(BATCH); batch.length > 0; batch = await reports.take(BATCH)) {
      await orders.write(batch, [], signal)
    }
  }
  await Promise.all([
    times(BATCHES_AT_A_TIME, callback).then(requests.end),
    times(config.PROVISION_CONCURRENCY, provision).then(reports.end),
    times(BATCHES_AT_A_TIME, writeBack),
  ])
}

async function times(count: number, work: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, work))
}

interface Queue<T> {
  put(item: T): void
  end(): void
  /** Waits for at least one; none: it has ended. */
  take(most: number): Promise<T[]>
}

function createQueue<T>(): Queue<T> {
  const items: T[] = []
  let waiting: (() => void)[] = []
  let ended = false
  const rouse = () => {
    for (const resolve of waiting) resolve()
    waiting = []
  }
  return {
    put(item) {
      items.push(item)
      rouse()
    },
    end() {
      ended = true
      rouse()
    },
    async take(most) {
      while (items.length === 0 && !ended) await new Promise<void>((resolve) => waiting.push(resolve))
      return items.splice(0, most)
    },
  }
}
