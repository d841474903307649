import t from 'tap'
import { createAdapter, provisionRequest } from '../helpers/whmcs.ts'

const SAYS = {
  unreached: 'cURL error 7: Failed to connect to panel.test port 2087: Connection timed out',
  unknown: 'Operation timed out after 30001 milliseconds with 0 bytes received',
  refused: 'Package "plan-185" not found on server',
} as const

t.test('moduleFailure reads of a service what its module said, and whether it may have run', async (t) => {
  for (const [kind, says] of Object.entries(SAYS)) {
    const { whmcs, orders, accept, signal } = await createAdapter(t)
    whmcs.addProduct({ pid: 185, module: 'fails', says })
    const other = await orders.add(provisionRequest(), signal)
    const { whmcsOrderId, serviceIds } = await orders.add(provisionRequest(), signal)
    t.equal(await orders.moduleFailure(serviceIds, signal), undefined)
    await t.rejects(accept(whmcsOrderId))
    const message = `the module of service ${serviceIds[0]} failed: ${says}`
    t.same(await orders.moduleFailure([...other.serviceIds, ...serviceIds], signal), { kind, message })
    t.equal(await orders.moduleFailure(other.serviceIds, signal), undefined)
  }
})

t.test('moduleFailure tells the worst of several, and nothing of what was completed', async (t) => {
  const { whmcs, orders, signal } = await createAdapter(t)
  const row = (i: number, lastAttemptError: string, completed = '0') => ({
    [`queue[${i}][serviceId]`]: '7',
    [`queue[${i}][moduleAction]`]: 'CreateAccount',
    [`queue[${i}][lastAttemptError]`]: lastAttemptError,
    [`queue[${i}][completed]`]: completed,
  })
  const push = (rows: object) => {
    const body = JSON.stringify({ result: 'success', ...rows })
    whmcs.faults.push({ on: 'GetModuleQueue', kind: 'status', status: 200, body })
  }
  push({ ...row(0, SAYS.unreached), ...row(1, SAYS.unknown), ...row(2, SAYS.refused) })
  t.match(await orders.moduleFailure(['7'], signal), { kind: 'unknown' })
  push({ ...row(0, SAYS.unreached), ...row(1, SAYS.refused), ...row(2, SAYS.unknown, '1') })
  t.match(await orders.moduleFailure(['7'], signal), { kind: 'refused' })
  push({ queue: [{ serviceId: '7', moduleAction: 'CreateAccount', lastAttemptError: SAYS.unknown, completed: 0 }] })
  t.match(await orders.moduleFailure(['7'], signal), { kind: 'unknown' }, 'as a list')
})

t.test('moduleFailure does not guess where the role may not read the queue', async (t) => {
  const { whmcs, orders, signal } = await createAdapter(t)
  const message = 'Invalid Permissions: API action "getmodulequeue" is not allowed'
  whmcs.faults.push({ on: 'GetModuleQueue', kind: 'error', status: 403, message })
  t.match(await orders.moduleFailure(['7'], signal), {
    kind: 'unknown',
    message: /can't be read: Invalid Permissions/,
  })
  whmcs.faults.push({ on: 'GetModuleQueue', kind: 'html-500' })
  await t.rejects(orders.moduleFailure(['7'], signal), { code: 'WHMCS_QUESTION_REFUSED' })
})
