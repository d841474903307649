/** A person stops a step of an organisation, lets it go on, or lets it try at once. */
import { STEPS, type Step } from '../domain/notification.ts'
import { type Reasoned, readReasoned } from './act.ts'
import { Refusal } from './refusal.ts'
import { readTime } from './time.ts'

export interface StepRequest extends Reasoned {
  organizationId: string
  step: Step
}

export interface PausePort {
  /** No process ends it. `until` undefined: until a person resumes it. */
  pauseStep(request: StepRequest & { until: Date | undefined }): Promise<void>
  /** Ends every pause of it. Throws a Refusal where it does not stand still. */
  resumeStep(request: StepRequest): Promise<void>
  /** One notification probes now. Throws a Refusal where it does not stand still, or a person has stopped it. */
  tryStep(request: StepRequest): Promise<void>
}

interface Asked extends Reasoned {
  organizationId: string
  step: string
}

export async function pauseStage(
  ledger: PausePort,
  { until, now, ...asked }: Asked & { until?: string | undefined; now: Date },
): Promise<void> {
  const end = until === undefined ? undefined : readTime('until', until, now)
  if (end !== undefined && end <= now) throw new Refusal('invalid', `until: ${end.toISOString()} is over`)
  await ledger.pauseStep({ ...read(asked), until: end })
}

export async function resumeStage(ledger: PausePort, asked: Asked): Promise<void> {
  await ledger.resumeStep(read(asked))
}

export async function tryStage(ledger: PausePort, asked: Asked): Promise<void> {
  await ledger.tryStep(read(asked))
}

function read({ organizationId, step: text, ...reasoned }: Asked): StepRequest {
  const step = STEPS.find((one) => one === text)
  if (step === undefined) throw new Refusal('invalid', `step: '${text}' is none of ${STEPS.join(', ')}`)
  return { organizationId, step, ...readReasoned(reasoned) }
}
