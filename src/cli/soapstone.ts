#!/usr/bin/env node
/** The installed command. Finds a Node that is new enough before anything is loaded that an old one can't even read. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { explainNode, findNode, isNewEnough, runOn } from './newer-node.ts'

const { node: version } = process.versions

if (isNewEnough(version)) await import('./main.ts')
else {
  const script = fileURLToPath(import.meta.url)
  const program = findNode([dirname(script), process.cwd()])
  if (program !== undefined) runOn(program, [...process.execArgv, script, ...process.argv.slice(2)])
  else {
    process.stderr.write(`${explainNode(version)}\n`)
    process.exitCode = 1
  }
}
