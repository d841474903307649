import t from 'tap'
import { createAdmin } from '../../helpers/admin.ts'

t.test('the API describes itself', async (t) => {
  const admin = await createAdmin(t)
  const token = await admin.token('read')
  const { json } = await admin.ask('/api/openapi.json', { token })
  t.match(json, { openapi: '3.1.0', info: { title: 'Soapstone' }, paths: { '/api/tokens': { get: {}, post: {} } } })
  const page = await admin.ask('/api/', { token })
  t.match(page, { status: 200, text: /<code>POST \/api\/tokens<\/code>/ })
  t.match(page.headers.get('content-security-policy'), /^default-src 'none'/)
  t.notMatch(page.text, /(?:src|href)="(?:https?:)?\/\//, 'nothing comes from elsewhere')
  for (const path of ['/api/openapi.json', '/api/']) t.match(await admin.ask(path), { status: 401 })
})
