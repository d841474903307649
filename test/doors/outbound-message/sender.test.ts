import type { RequestListener } from 'node:http'
import t from 'tap'
import { ack, fault } from '../../../src/doors/outbound-message/ack.ts'
import { inWords } from '../../../src/doors/outbound-message/sender/answer.ts'
import { sendMessage } from '../../../src/doors/outbound-message/sender/send.ts'
import { closedUrl, startHttpServer } from '../../helpers/http-server.ts'

t.test('sendMessage tells what came back, and only Ack true with 200 is an Ack', async (t) => {
  const soap = (status: number, body: string, headers = {}): RequestListener => {
    return (request, response) => {
      request.resume()
      response.writeHead(status, { 'content-type': 'text/xml', ...headers }).end(body)
    }
  }
  const cases: [string, RequestListener, RegExp][] = [
    [
      'another Ack true',
      soap(200, ack('stored').replaceAll('soapenv:', 'S:').replace('xmlns:soapenv', 'xmlns:S')),
      /^Ack true/m,
    ],
    ['Ack false', soap(503, ack('try-again')), /^Ack false \(HTTP 503\)/m],
    ['Ack false with 200', soap(200, ack('try-again')), /^Ack false \(HTTP 200\)/m],
    [
      'a Fault',
      soap(500, fault('Client', 'no <order> & so on')),
      /^Fault \(HTTP 500\) soapenv:Client: no <order> & so on/m,
    ],
    [
      'Ack true with another status',
      soap(202, ack('stored')),
      /^HTTP 202: Ack true, which counts with status 200 only/m,
    ],
    ['HTML', soap(200, '<html><body>Log in</body></html>'), /^HTTP 200: the answer is not one of an outbound message/m],
    ['half an Ack', soap(200, ack('stored').slice(0, -20)), /^HTTP 200: the answer is not one/m],
    ['nothing', soap(200, ''), /^HTTP 200: the answer is not one/m],
    [
      'a redirect',
      soap(301, '', { location: 'https://elsewhere.example/x' }),
      /^HTTP 301: a redirect to https:\/\/elsewhere/m,
    ],
    ['a connection that breaks off', (request) => request.socket.destroy(), /^no connection: /m],
  ]
  for (const [what, handler, words] of cases) {
    const { url } = await startHttpServer(t, handler)
    const answer = await sendMessage(url, '<a/>')
    t.match(inWords(answer), words, what)
    t.equal(answer.result === 'ack', what === 'another Ack true')
  }
  t.match(inWords(await sendMessage(await closedUrl(), '<a/>')), /^no connection: .*ECONNREFUSED/m)
  t.match(inWords(await sendMessage('http://nowhere.invalid/', '<a/>')), /^no connection: .*ENOTFOUND|EAI_AGAIN/m)
})
