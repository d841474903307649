/** Fastify and fast-xml-parser as they come, in front of three ways to keep a message. */
import { createHash } from 'node:crypto'
import { XMLParser } from 'fast-xml-parser'
import Fastify from 'fastify'
import { makeWorkerUtils } from 'graphile-worker'
import PgBoss from 'pg-boss'
import { toParcel } from '../child.ts'
import type { StartContender } from './contender.ts'
import { openInbox, type Taken } from './inbox.ts'

const ACK =
  '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>'

export const naive: StartContender = async (url) => listen(await openInbox(url))

/** The job key keeps a redelivery from being worked on twice, as long as the first job is there. */
export const graphileWorker: StartContender = async (url) => {
  const utils = await makeWorkerUtils({ connectionString: url })
  await utils.migrate()
  return listen(async (taken) => {
    const [only, another] = taken
    if (only && !another) return void (await utils.addJob('provision', only, { jobKey: only.notificationId }))
    await utils.addJobs(taken.map((payload) => ({ identifier: 'provision', payload, jobKey: payload.notificationId })))
  })
}

/** An id made of the notification's, for the same reason. */
export const pgBoss: StartContender = async (url) => {
  const boss = new PgBoss({ connectionString: url })
  boss.on('error', (error) => void process.stderr.write(`${error}\n`))
  await boss.start()
  await boss.createQueue('provision')
  return listen(async (taken) => {
    const [only, another] = taken
    if (only && !another) return void (await boss.send('provision', only, { id: uuid(only.notificationId) }))
    await boss.insert(taken.map((data) => ({ id: uuid(data.notificationId), name: 'provision', data })))
  })
}

async function listen(keep: (taken: Taken[]) => Promise<void>): Promise<string> {
  const parser = new XMLParser()
  const app = Fastify({ bodyLimit: 32 * 1024 * 1024 })
  app.addContentTypeParser('text/xml', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.post('/', async (request, reply) => {
    await keep(read(parser.parse(String(request.body))))
    return reply.type('text/xml; charset=utf-8').send(ACK)
  })
  return app.listen({ host: '127.0.0.1', port: 0 })
}

function read(parsed: unknown): Taken[] {
  const body = toParcel(toParcel(toParcel(parsed)['soapenv:Envelope'])['soapenv:Body'])
  const found = toParcel(body.notifications).Notification
  return (Array.isArray(found) ? found : [found]).map((notification) => {
    const { Id, sObject } = toParcel(notification)
    const { 'sf:Id': recordId, ...fields } = toParcel(sObject)
    return { notificationId: String(Id), recordId: String(recordId), fields }
  })
}

function uuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
