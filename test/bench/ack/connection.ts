/** One sender: a socket, one message at a time, the next as soon as the last is answered. Dearer clients measure themselves. */
import { connect, type Socket } from 'node:net'
import type { Request } from './requests.ts'

export interface Connection {
  /** Resolves when the last message is answered. */
  stop(): Promise<void>
}

export interface ConnectionOptions {
  url: URL
  request: Request
  onAnswer: (answer: { ms: number; acked: boolean }) => void
}

export function openConnection({ url, request, onAnswer }: ConnectionOptions): Connection {
  let socket: Socket
  let received = ''
  let sentAt = 0
  let stopping = false
  let ended = () => {}

  function open(): void {
    received = ''
    socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true })
    socket.setEncoding('latin1')
    socket.once('connect', send)
    socket.on('data', read)
    // A broken connection counts as a message without Ack: 'close' follows.
    socket.on('error', () => {})
    socket.once('close', again)
  }

  function send(): void {
    received = ''
    sentAt = performance.now()
    socket.write(request.next())
  }

  function read(text: string): void {
    received += text
    const answer = parse(received)
    if (!answer) return
    onAnswer({ ms: performance.now() - sentAt, acked: answer.acked })
    sentAt = 0
    if (stopping || answer.closes) socket.destroy()
    else send()
  }

  function again(): void {
    if (sentAt > 0) onAnswer({ ms: performance.now() - sentAt, acked: false })
    sentAt = 0
    if (stopping) ended()
    else setTimeout(open, 5)
  }

  open()
  return {
    stop: () =>
      new Promise((resolve) => {
        ended = resolve
        stopping = true
      }),
  }
}

/** Undefined until the answer is whole. */
function parse(received: string): { acked: boolean; closes: boolean } | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = received.slice(0, end).toLowerCase()
  const body = received.slice(end + 4)
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1]
  if (length === undefined ? !body.endsWith('0\r\n\r\n') : body.length < Number(length)) return undefined
  const acked = /^http\/1\.1 200 /.test(head) && /<(?:\w+:)?Ack(?: [^>]*)?>true</.test(body)
  return { acked, closes: head.includes('\r\nconnection: close') }
}
