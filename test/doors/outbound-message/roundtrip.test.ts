import fc from 'fast-check'
import t from 'tap'
import { Malformed } from '../../../src/doors/outbound-message/element.ts'
import type { ReadMessage } from '../../../src/doors/outbound-message/envelope.ts'
import { mutate } from '../../fuzz/mutate.ts'
import { arbitraryMessage, write } from '../../fuzz/writer.ts'
import { readAny } from '../../helpers/envelopes.ts'

t.test('readEnvelope reads back whatever a writer of its own wrote', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryMessage, fc.nat(), async (message, style) => {
      const read = await readAny(Buffer.from(write(message, style)))
      const plain = (given: ReadMessage) =>
        JSON.stringify({
          ...given,
          notifications: given.notifications.map(({ fields, ...rest }) => ({ ...rest, fields: [...fields] })),
        })
      if (plain(read) !== plain(sorted(message))) throw new Error(`${plain(read)}\n${plain(sorted(message))}`)
    }),
    { numRuns: 200 },
  )
})

t.test('readEnvelope gives a message or says Malformed, whatever became of a message', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryMessage, fc.nat(), fc.infiniteStream(fc.nat(0xffff)), async (message, style, chance) => {
      const draw = () => Number(chance.next().value) / 0x10000
      await readAny(mutate(Buffer.from(write(message, style)), draw)).catch((error: unknown) => {
        if (!(error instanceof Malformed)) throw error
      })
    }),
    { numRuns: 500 },
  )
})

/** In the order in which readEnvelope gives the properties. */
function sorted({ organizationId, actionId, sessionId, enterpriseUrl, partnerUrl, notifications }: ReadMessage) {
  return {
    organizationId,
    actionId,
    ...(sessionId !== undefined && { sessionId }),
    ...(enterpriseUrl !== undefined && { enterpriseUrl }),
    ...(partnerUrl !== undefined && { partnerUrl }),
    notifications: notifications.map(({ notificationId, recordType, recordId, fields }) => ({
      notificationId,
      recordType,
      ...(recordId !== undefined && { recordId }),
      fields,
    })),
  }
}
