/** The sentence at the top of the overview: whether all is well, and if not, what needs somebody. */
import { meaningOf } from '../../../domain/codes.ts'
import type { StageStatus } from '../../../operations/status.ts'
import { clock, counted, duration } from '../parts/text.ts'
import { stepActivity } from '../parts/words.ts'

export interface HeadlineFacts {
  dead: number
  /** Provisioned in the last 24 hours. */
  provisioned: number
  /** Of all organisations. */
  stages: Pick<StageStatus, 'step' | 'waiting' | 'working' | 'oldestSeconds' | 'paused'>[]
  /** Anything ever arrived. */
  begun: boolean
  /** Processes that are alive. */
  workers: number
}

export interface Headline {
  tone: 'well' | 'needs-you' | 'stands-still' | 'empty'
  sentence: string
}

/** What waits for longer needs somebody, though nothing failed. */
const LONG_SECONDS = 30 * 60

export function headline({ dead, provisioned, stages, begun, workers }: HeadlineFacts, now: Date): Headline {
  const paused = stages.filter((stage) => stage.paused !== undefined)
  const open = stages.reduce((sum, { waiting, working }) => sum + waiting + working, 0)
  const oldest = Math.max(0, ...stages.map(({ oldestSeconds }) => oldestSeconds))
  const sentences = [
    ...(dead > 0 ? [`${orders(dead)} for you.`] : []),
    ...(begun && workers === 0 ? [`No process is at work: ${orders(open)}.`] : []),
    ...paused.map((stage) => standstill(stage, now)),
  ]
  if (paused.length === 0 && workers > 0 && oldest > LONG_SECONDS) {
    sentences.push(`The oldest has been waiting for ${duration(oldest)}.`)
  }
  if (sentences.length > 0) {
    const tone = paused.length > 0 || workers === 0 ? 'stands-still' : 'needs-you'
    return { tone, sentence: sentences.join(' ') }
  }
  if (!begun) return { tone: 'empty', sentence: 'Nothing has arrived yet.' }
  const done = `${counted(provisioned, 'order')} provisioned in the last 24 h`
  return { tone: 'well', sentence: `All is well: ${done}, none waits for you.` }
}

function standstill({ step, waiting, paused }: HeadlineFacts['stages'][number], now: Date): string {
  if (paused === undefined) return ''
  const cause = (meaningOf(paused.code) ?? paused.message).replace(/\.$/, '')
  return `${cause}: ${stepActivity(step)} stands still since ${clock(paused.since, now)}, ${orders(waiting)}.`
}

function orders(count: number): string {
  return counted(count, 'order waits', 'orders wait')
}
