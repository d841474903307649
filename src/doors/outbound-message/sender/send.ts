/** Posts a message as Salesforce does, and says what came back. */
import { type Answer, readAnswer } from './answer.ts'

/** So long Salesforce waits. */
const ANSWER_WITHIN_MS = 60_000

export async function sendMessage(url: string, message: string, withinMs = ANSWER_WITHIN_MS): Promise<Answer> {
  try {
    const reply = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=UTF-8', soapaction: '""', 'user-agent': 'soapstone send' },
      body: message,
      redirect: 'manual',
      signal: AbortSignal.timeout(withinMs),
    })
    const location = reply.headers.get('location')
    return readAnswer({
      status: reply.status,
      body: await reply.text(),
      ...(location !== null && { location: location.replace(/\p{Cc}+/gu, ' ') }),
    })
  } catch (error) {
    return { result: 'no-connection', detail: causeOf(error, withinMs) }
  }
}

/** fetch says only that it failed; why is in the cause, which may hold several: one for each address of the name. */
function causeOf(error: unknown, withinMs: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${withinMs / 1_000} seconds`
  const { cause } = error
  if (cause instanceof AggregateError) return cause.errors.map((one) => causeOf(one, withinMs)).join('; ')
  return cause instanceof Error ? causeOf(cause, withinMs) : error.message
}
