/** The soap package as a server, from the same WSDL, in front of the same insert as the naive one. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { listen } from 'soap'
import { toParcel } from '../child.ts'
import type { StartContender } from './contender.ts'
import { openInbox } from './inbox.ts'

export const soapListen: StartContender = async (url) => {
  const keep = await openInbox(url)
  const notifications = async (message: unknown) => {
    const found = toParcel(message).Notification
    await keep(
      (Array.isArray(found) ? found : [found]).map((notification) => {
        const { Id, sObject } = toParcel(notification)
        const { Id: recordId, ...fields } = toParcel(sObject)
        return { notificationId: String(Id), recordId: String(recordId), fields }
      }),
    )
    return { Ack: true }
  }
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const path = fileURLToPath(new URL('../../../wsdl/order.wsdl', import.meta.url))
  const services = { NotificationService: { Notification: { notifications } } }
  await new Promise<void>((resolve, reject) => {
    readFile(path, 'utf8').then((xml) => {
      listen(server, { path: '/', services, xml, callback: (error) => (error ? reject(error) : resolve()) })
    }, reject)
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
}
