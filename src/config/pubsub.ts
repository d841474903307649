/** The settings of subscriptions to events. */
import { isLoopback } from './urls.ts'

export interface TopicSetting {
  name: string
  /** Which field of the event names the order, where that can't be guessed. */
  field: string | undefined
}

const TOPIC = /^(\/(?:event|data)\/[A-Za-z]\w*)(?::([A-Za-z]\w*))?$/

export const TOPICS = {
  allowed:
    '/event/Name__e, /event/Name__e:Field__c, /event/OrderStatusChangedEvent, /data/OrderChangeEvent, /data/Name__chn',
  parse(text: string): TopicSetting[] {
    const topics = text.split(',').map((part) => {
      const [, name, field] = TOPIC.exec(part.trim()) ?? []
      if (name === undefined)
        throw new Error(`'${part.trim()}' is not a topic such as /event/Name__e or /data/OrderChangeEvent`)
      if (field !== undefined && name.startsWith('/data/'))
        throw new Error(`${name} takes no field: its header names the order`)
      return { name, field }
    })
    const twice = topics.find(({ name }, i) => topics.findIndex((other) => other.name === name) < i)
    if (twice) throw new Error(`names ${twice.name} twice`)
    return topics
  },
}

export interface EndpointSetting {
  host: string
  port: number
  tls: boolean
}

/** `host:port`; TLS, unless it is on this machine and says `http:`. */
export function pubsubEndpoint(text: string): EndpointSetting {
  const url = text.includes('://') ? text : `https://${text}`
  const { protocol, hostname, port, pathname, username } = URL.canParse(url) ? new URL(url) : new URL('none:')
  if (!['https:', 'http:'].includes(protocol) || hostname === '' || pathname !== '/' || username !== '') {
    throw new Error('is not host:port')
  }
  if (protocol === 'http:' && !isLoopback(hostname)) throw new Error('must be TLS (http: only for loopback)')
  // URL leaves out the port that is the protocol's own.
  return { host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80), tls: protocol === 'https:' }
}
