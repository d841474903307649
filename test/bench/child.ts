/** A process of its own for everything that is measured and for everything that measures: they share no event loop. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { NODE_FLAGS } from './start-script.ts'

/** What goes between the processes: plain JSON. */
export type Parcel = Record<string, unknown>

export interface Child {
  call(command: string, parcel?: Parcel): Promise<Parcel>
  end(): Promise<void>
}

/** With Node as it comes. */
export function startChild(file: URL, ...args: string[]): Promise<Child> {
  return launch(file, args, [])
}

/** With the flags of `npm start`: for what stands for `serve`. */
export function startServing(file: URL, ...args: string[]): Promise<Child> {
  return launch(file, args, NODE_FLAGS)
}

/** One of several that are held against each other, on a database: ours with the flags, the others as they come. */
export function startContender(file: URL, name: string, databaseUrl: string): Promise<Child> {
  return (name.startsWith('ours') ? startServing : startChild)(file, name, databaseUrl)
}

/** Its output goes nowhere, as that of a service whose log somebody else collects; its complaints are ours. */
async function launch(file: URL, args: string[], execArgv: string[]): Promise<Child> {
  const child = fork(file, args, { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const exited = once(child, 'exit').then(([code]) => {
    for (const { fail } of waiting.values()) fail(new Error(`${file.pathname} ${args[0]} ended (${code})`))
    waiting.clear()
  })
  const waiting = new Map<unknown, { done: (parcel: Parcel) => void; fail: (error: Error) => void }>()
  let last = 0
  child.on('message', (answer) => {
    const { number, parcel, error } = toParcel(answer)
    const { done, fail } = waiting.get(number) ?? {}
    waiting.delete(number)
    if (error !== undefined) fail?.(new Error(`${args[0]}: ${error}`))
    else done?.(toParcel(parcel))
  })
  const call: Child['call'] = (command, parcel = {}) =>
    new Promise((done, fail) => {
      last += 1
      waiting.set(last, { done, fail })
      child.send({ number: last, command, parcel })
    })
  return {
    call,
    async end() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}

/** In the child: answers until the parent goes or lets go of it. */
export function serveParent(commands: Record<string, (parcel: Parcel) => Promise<Parcel>>): void {
  process.on('message', async (message) => {
    const { number, command, parcel } = toParcel(message)
    try {
      const run = commands[String(command)]
      if (!run) throw new Error(`no command ${command}`)
      process.send?.({ number, parcel: await run(toParcel(parcel)) })
    } catch (error) {
      process.send?.({ number, error: error instanceof Error ? error.stack : String(error) })
    }
  })
  process.once('disconnect', () => process.exit())
}

export function numberOf(parcel: Parcel, name: string): number {
  const value = parcel[name]
  if (typeof value !== 'number') throw new Error(`no number ${name}`)
  return value
}

export function textOf(parcel: Parcel, name: string): string {
  const value = parcel[name]
  if (typeof value !== 'string') throw new Error(`no text ${name}`)
  return value
}

export function textsOf(parcel: Parcel, name: string): string[] {
  const value = parcel[name]
  if (!Array.isArray(value)) throw new Error(`no texts ${name}`)
  return value.map(String)
}

/** All that is a number. */
export function figuresOf(parcel: Parcel): Record<string, number> {
  return Object.fromEntries(Object.entries(parcel).flatMap(([name, n]) => (typeof n === 'number' ? [[name, n]] : [])))
}

export function toParcel(value: unknown): Parcel {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
