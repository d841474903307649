/**
 * Fastify's own compilers of schemas, which are loaded and work when a route with a schema is first used. All routes at
 * once took most of the processor time of a start, and few processes are asked for more than some of them.
 */
import { createRequire } from 'node:module'
import type { ValidatorFactory } from '@fastify/ajv-compiler'
import type { SerializerFactory } from '@fastify/fast-json-stringify-compiler'
import type { FastifySchemaCompiler } from 'fastify'

const require = createRequire(import.meta.url)

export interface Compilers {
  buildValidator: ValidatorFactory
  buildSerializer: SerializerFactory
}

/** For a server of which no route refers to the schema of another. */
export function createCompilers(): Compilers {
  const compileCheck = once(() => {
    const { AjvCompiler }: typeof import('@fastify/ajv-compiler') = require('@fastify/ajv-compiler')
    return AjvCompiler()({}, { customOptions: {} })
  })
  const compileWriter = once(() => {
    const name = '@fastify/fast-json-stringify-compiler'
    const { SerializerSelector }: typeof import('@fastify/fast-json-stringify-compiler') = require(name)
    return SerializerSelector()({}, {})
  })
  const validator: FastifySchemaCompiler<object> = (route) => {
    const check = once(() => compileCheck()(route))
    return (data) => check()(data) === true || { error: check().errors ?? [] }
  }
  return {
    // Its type is that of Ajv; Fastify calls it, and takes what it returns, as FastifySchemaCompiler says.
    buildValidator: (() => validator) as unknown as ValidatorFactory,
    buildSerializer: () => (route) => {
      const write = once(() => compileWriter()(route))
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
