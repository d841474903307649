/** The document against the schema that the OpenAPI Initiative publishes for 3.1, and each of its schemas against their dialect. */
import official from '@seriousme/openapi-schema-validator/schemas/v3.1/schema.json' with { type: 'json' }
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import t from 'tap'
import { createAdmin } from '../../helpers/admin.ts'

function officialSchema(): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  return ajv.compile(official)
}

const faultsOf = (validate: ValidateFunction, document: unknown) =>
  validate(document) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)

t.test('the document is one by the official schema of OpenAPI 3.1', async (t) => {
  const admin = await createAdmin(t)
  const { text } = await admin.ask('/api/openapi.json', { token: await admin.token('read') })
  const validate = officialSchema()
  t.match(validate.schema, { $id: /^https:\/\/spec\.openapis\.org\/oas\/3\.1\/schema\// })
  t.same(faultsOf(validate, JSON.parse(text)), [])
})

t.test('the official schema finds what is wrong in a document', async (t) => {
  const validate = officialSchema()
  const right = { openapi: '3.1.0', info: { title: 'x', version: '1' }, paths: {} }
  t.same(faultsOf(validate, right), [])
  for (const wrong of [
    { ...right, openapi: '3.0.0' },
    { ...right, info: { title: 'x' } },
    { ...right, paths: { '/x': { get: { responses: { 200: { content: {} } } } } } },
    { ...right, paths: { '/x': { get: { parameters: [{ name: 'q', in: 'nowhere', schema: {} }] } } } },
    { ...right, security: 'none' },
  ])
    t.not(faultsOf(validate, wrong).length, 0, JSON.stringify(wrong))
})
