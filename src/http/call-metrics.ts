/** Metrics of the calls to Salesforce and WHMCS. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

export type System = 'salesforce' | 'whmcs'

export interface Call {
  system: System
  organization: string
  action: string
  result: string
  seconds: number
}

export interface CallMetrics {
  called(call: Call): void
  /** API requests of Salesforce, as its last answer said. */
  apiRequests(usage: { organization: string; used: number; max: number }): void
}

/** A module of WHMCS may take a minute; Salesforce answers most questions within a second. */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]

export function createCallMetrics(registry: Registry): CallMetrics {
  const registers = [registry]
  const labelNames = ['organization', 'action', 'result'] as const
  const metricsOf = (system: System, name: string, results: string) => ({
    calls: new Counter({
      name: `soapstone_${system}_calls_total`,
      help: `Calls to ${name} by action and result: ${results}.`,
      labelNames,
      registers,
    }),
    seconds: new Histogram({
      name: `soapstone_${system}_call_seconds`,
      help: `How long ${name} took for an answer, by action and result.`,
      labelNames,
      buckets: BUCKETS,
      registers,
    }),
  })
  const systems = {
    salesforce: metricsOf('salesforce', 'Salesforce', 'success, refused, unavailable, unreachable'),
    whmcs: metricsOf('whmcs', 'WHMCS', 'success, error (it said no), unclear, not-sent'),
  }
  const remaining = new Gauge({
    name: 'soapstone_salesforce_api_remaining',
    help: 'API requests of the day that are left, as the last answer of Salesforce said.',
    labelNames: ['organization'],
    registers,
  })
  const most = new Gauge({
    name: 'soapstone_salesforce_api_max',
    help: 'API requests that the organisation has a day.',
    labelNames: ['organization'],
    registers,
  })
  return {
    called({ system, seconds, ...labels }) {
      systems[system].calls.inc(labels)
      systems[system].seconds.observe(labels, seconds)
    },
    apiRequests({ organization, used, max }) {
      remaining.set({ organization }, Math.max(0, max - used))
      most.set({ organization }, max)
    },
  }
}
