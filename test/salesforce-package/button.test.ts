/** The component of the quick action, with Salesforce's modules replaced by what it does with them. */
import { EventEmitter, once } from 'node:events'
import t from 'tap'
import { PACKAGE } from './expected.ts'

interface Button {
  recordId: string
  invoke(): Promise<void>
}
interface Toast {
  title: string
  message: string
  variant: string
}

const SOURCE = PACKAGE.get('force-app/main/default/lwc/provisionInWhmcs/provisionInWhmcs.js') ?? ''

function makeButton(provision: (asked: { orderId: string }) => Promise<Toast>) {
  const toasts: Toast[] = []
  const reloaded: unknown[] = []
  class LightningElement {
    dispatchEvent(event: { detail: Toast }): void {
      toasts.push(event.detail)
    }
  }
  class ShowToastEvent {
    detail: Toast
    constructor(detail: Toast) {
      this.detail = detail
    }
  }
  const given = {
    provision,
    ShowToastEvent,
    LightningElement,
    notifyRecordUpdateAvailable: async (ids: unknown) => void reloaded.push(ids),
  }
  const body = SOURCE.replace(/^import .*$/gm, '')
    .replaceAll('@api ', '')
    .replace('export default class', 'return class')
  const Component = new Function(...Object.keys(given), body)(...Object.values(given))
  const button: Button = Object.assign(new Component(), { recordId: '801000000000001AAA' })
  return { button, toasts, reloaded }
}

t.test('the button asks for the order of the page, tells the answer, and has the page reload it', async (t) => {
  const asked: unknown[] = []
  const answer = { title: 'Taken', message: 'Soapstone is working on it.', variant: 'info' }
  const { button, toasts, reloaded } = makeButton(async (given) => {
    asked.push(given)
    return answer
  })
  await button.invoke()
  t.same(asked, [{ orderId: '801000000000001AAA' }])
  t.same(toasts, [answer])
  t.same(reloaded, [[{ recordId: '801000000000001AAA' }]])
})

t.test('two clicks are one request, and a third one after the answer is another', async (t) => {
  let asked = 0
  const answered = new EventEmitter()
  const { button, toasts } = makeButton(async () => {
    asked++
    await once(answered, 'now')
    return { title: 'Provisioned', message: 'WHMCS order 7.', variant: 'success' }
  })
  const clicks = [button.invoke(), button.invoke()]
  t.equal(asked, 1)
  answered.emit('now')
  await Promise.all(clicks)
  t.equal(toasts.length, 1)
  const third = button.invoke()
  answered.emit('now')
  await third
  t.equal(asked, 2)
})

t.test('what Apex throws becomes a toast, and the button works again', async (t) => {
  let asked = 0
  const { button, toasts } = makeButton(async () => {
    asked++
    throw asked === 1 ? { body: { message: 'You may not.' } } : new Error('lost')
  })
  await button.invoke()
  await button.invoke()
  t.match(toasts, [
    { title: 'Not sent', message: 'You may not.', variant: 'error' },
    { title: 'Not sent', message: /lost/, variant: 'error' },
  ])
})
