/**
 * Fastify's compilers of schemas, which work when a route is first used. All routes at once took most of the processor
 * time of a start, and few processes are asked for more than some of them.
 */
import ajv from '@fastify/ajv-compiler'
import serializers from '@fastify/fast-json-stringify-compiler'
import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify'

export interface Compilers {
  validator: FastifySchemaCompiler<object>
  serializer: FastifySerializerCompiler<unknown>
}

export function createCompilers(): Compilers {
  const checks = once(() => ajv.AjvCompiler()({}, { customOptions: {} }))
  const writers = once(() => serializers.SerializerSelector()({}, {}))
  return {
    validator(route) {
      const check = once(() => checks()(route))
      return (data) => check()(data) === true || { error: check().errors ?? [] }
    },
    serializer({ httpStatus = 'default', ...route }) {
      const write = once(() => writers()({ ...route, httpStatus }))
      return (data) => write()(data)
    },
  }
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
