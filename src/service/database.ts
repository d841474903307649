/** Where the ledger is: the Postgres of DATABASE_URL, or the embedded one, which is loaded only where it is asked for. */
import { EMBEDDED } from '../config/database-url.ts'
import { Explained } from '../runtime/explained.ts'

export interface Database {
  url: string
  kind: 'external' | 'embedded'
  /** Stops the embedded server, if this process started it. */
  close(): Promise<void>
}

export interface DatabaseSettings {
  /** As DATABASE_URL has it. */
  url: string
  /** Of the embedded server. */
  folder: string
}

/** `make`: an embedded server that is not there is made. `join`: it must be there, because who reads makes nothing. */
export async function openDatabase({ url, folder }: DatabaseSettings, how: 'make' | 'join'): Promise<Database> {
  if (url !== EMBEDDED) return { url, kind: 'external', close: async () => {} }
  const { isEmbeddedIn, openEmbedded } = await import('../ledger/postgres/embedded.ts')
  if (how === 'join' && !(await isEmbeddedIn(folder))) {
    throw new Explained(`there is no embedded database in ${folder} yet: soapstone serve or migrate makes it`)
  }
  const server = await openEmbedded({ folder })
  return {
    url: server.url,
    kind: 'embedded',
    async close() {
      if (server.started) await server.stop()
    },
  }
}
