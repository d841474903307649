/** Errors of requests, as `application/problem+json`: whoever asked learns what is wrong, and nothing of us. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { PROBLEM_TYPE, Problem, problemBody } from '../runtime/problem.ts'

export function answerProblems(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, new Problem(404, 'NOT_FOUND', 'there is nothing here')),
  )
  app.setErrorHandler((error, request, reply) => sendProblem(reply, toProblem(error, request)))
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type(PROBLEM_TYPE).send(problemBody(problem))
}

/** The answer to what is not even HTTP, on its socket. */
export function rawProblem(status: number, detail: string): string {
  const body = JSON.stringify(problemBody(new Problem(status, 'BAD_REQUEST', detail)))
  const { title } = problemBody(new Problem(status, '', ''))
  return [
    `HTTP/1.1 ${status} ${title}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n')
}

export function toProblem(error: unknown, request: Pick<FastifyRequest, 'log'>): Problem {
  if (error instanceof Problem) return error
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  // Fastify's own: a body too large, a type that nobody reads.
  if (error instanceof Error && status >= 400 && status < 500) return new Problem(status, 'BAD_REQUEST', error.message)
  request.log.error({ err: error }, 'request.failed')
  return new Problem(500, 'INTERNAL', 'something went wrong here')
}
