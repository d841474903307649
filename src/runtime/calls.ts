/** Calls to other systems, and what is done around each of them: whoever composes may time them, and trace them. */

export interface CallOut<T> {
  /** One of a few words: it becomes a label. */
  action: string
  /** With these headers, besides its own. */
  send(headers: Record<string, string>): Promise<T>
  /** What came of it, in one word. Of what was thrown, `answer` is absent. */
  resultOf(came: { answer: T } | { error: unknown }): string
}

export type Calls = <T>(call: CallOut<T>) => Promise<T>

export const unwatched: Calls = ({ send }) => send({})
