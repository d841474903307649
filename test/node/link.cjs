/**
 * Makes node_modules/.bin/node where npm has not left it: npm 10 makes it, and then removes it with the packages of the
 * other platforms, which name a program so, too. Any Node runs this, before ours is there: keep to what old ones know.
 */
const { existsSync, linkSync, mkdirSync, rmSync, symlinkSync } = require('node:fs')
const { dirname, join, relative } = require('node:path')
const { optionalDependencies } = require('./package.json')

const bin = join(__dirname, '../../node_modules/.bin')
const isWindows = process.platform === 'win32'
const suffix = isWindows ? '.exe' : ''
const link = join(bin, `node${suffix}`)
const program = findProgram()

if (program !== undefined && !existsSync(link)) {
  mkdirSync(bin, { recursive: true })
  rmSync(link, { force: true })
  // On Windows a symbolic link takes a privilege.
  if (isWindows) linkSync(program, link)
  else symlinkSync(relative(bin, program), link)
}

/** Of these packages npm installs the one for this machine. */
function findProgram() {
  for (const name of Object.keys(optionalDependencies)) {
    try {
      return join(dirname(require.resolve(`${name}/package.json`)), 'bin', `node${suffix}`)
    } catch {
      // Another platform's.
    }
  }
  return undefined
}
