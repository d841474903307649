/** The service as pubsub.proto describes it. The libraries are loaded only where somebody subscribes: 30 MB of memory. */
import { fileURLToPath } from 'node:url'
import type { MethodDefinition, ServiceDefinition } from '@grpc/proto-loader'

const SERVICE = 'eventbus.v1.PubSub'

export interface Service {
  subscribe: Method
  getSchema: Method
  getTopic: Method
}

type Method = MethodDefinition<object, object>

export async function loadService(): Promise<ServiceDefinition> {
  const { load } = await import('@grpc/proto-loader')
  // With defaults nobody has to ask what an absent field means.
  const definitions = await load(fileURLToPath(import.meta.resolve('#pubsub.proto')), { enums: String, defaults: true })
  const service = definitions[SERVICE]
  if (service === undefined || 'format' in service) throw new Error(`pubsub.proto has no ${SERVICE}`)
  return service
}

export function methodsOf(service: ServiceDefinition): Service {
  const method = (name: string): Method => {
    const found = service[name]
    if (found === undefined) throw new Error(`pubsub.proto has no ${name}`)
    return found
  }
  return { subscribe: method('Subscribe'), getSchema: method('GetSchema'), getTopic: method('GetTopic') }
}
