#!/usr/bin/env node
/** The installed command. Says which Node it needs before anything is loaded that an older one can't even read. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 15)) await import('./main.ts')
else {
  process.stderr.write(
    `soapstone needs Node 22.15 or newer; this is ${process.versions.node}. Where it can't be updated: npm install node@24\n`,
  )
  process.exitCode = 1
}
