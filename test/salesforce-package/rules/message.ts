/** The outbound message is the one of the contract, and the flow sends it when an order is approved. */
import { all, type Element, text, texts } from '../element.ts'
import { differences, messagesOf, ofType, type Rule } from '../package.ts'

export const message: Rule = (it, { contract }) =>
  [...messagesOf(it)].flatMap(([name, element]) => [
    ...differences(`the message ${name}`, texts(element, 'fields'), contract),
    // Since February 2026 there is none; an org that still sends it must not.
    ...(text(element, 'includeSessionId') === 'false' ? [] : [`the message ${name} asks for a session`]),
    ...(/^https:\/\/[^/]+(?:\/.*)?\/outbound-messages\/[\w.-]+(?:\?key=\S+)?$/.test(text(element, 'endpointUrl'))
      ? []
      : [`the message ${name} goes to ${text(element, 'endpointUrl')}`]),
  ])

export const sender: Rule = (it) => {
  const flows = ofType(it, 'Flow')
  const sent = flows.flatMap(([, flow]) => all(flow, 'actionCalls'))
  const messages = messagesOf(it)
  const unsent = [...messages.keys()].filter((name) => !sent.some((action) => text(action, 'actionName') === name))
  return [
    ...unsent.map((name) => `no flow sends ${name}`),
    ...sent
      .flatMap((action) => [text(action, 'actionName'), text(action, 'nameSegment')])
      .filter((name) => !messages.has(name))
      .map((name) => `a flow sends ${name}, which is no message`),
    ...sent
      .filter((action) => text(action, 'actionType') !== 'outboundMessage')
      .map((action) => `${text(action, 'name')} is no outbound message`),
  ]
}

export const entry: Rule = (it, { mapping }) =>
  ofType(it, 'Flow').flatMap(([path, flow]) => [
    ...differences(path, texts(flow, 'start/filters/value/stringValue'), mapping.eligibleStatuses),
    ...steps(flow).map((problem) => `${path}: ${problem}`),
    // Else each save of an approved order, and each write-back, would send it again.
    ...(text(flow, 'start/doesRequireRecordChangedToMeetCriteria') === 'true'
      ? []
      : [`${path}: it runs at every save`]),
    ...(text(flow, 'start/triggerType') === 'RecordAfterSave' ? [] : [`${path}: it runs before the order is saved`]),
    ...(text(flow, 'start/filterLogic') === 'or' ? [] : [`${path}: no order has two statuses`]),
  ])

function steps(flow: Element): string[] {
  const names = [...texts(flow, 'actionCalls/name'), ...texts(flow, 'recordCreates/name')]
  return differences('its steps', texts(flow, 'start/connector/targetReference'), names)
}
