/** The project file names the folders that are there, and replaces texts that are there. */
import { differences, type Rule } from '../package.ts'

interface Project {
  packageDirectories: { path: string; default?: boolean }[]
  replacements: { filename: string; stringToReplace: string; replaceWithEnv: string }[]
}

export const project: Rule = ({ files }) => {
  const { packageDirectories, replacements }: Project = JSON.parse(files.get('sfdx-project.json') ?? '{}')
  const folders = [
    ...new Set([...files.keys()].filter((path) => path.includes('/')).map((path) => path.split('/')[0] ?? '')),
  ]
  return [
    ...differences(
      'the project',
      packageDirectories.map(({ path }) => path),
      folders,
    ),
    ...packageDirectories
      .filter((directory) => (directory.default ?? false) !== (directory.path === 'force-app'))
      .map(({ path }) => `${path}: only force-app is deployed by default`),
    ...replacements
      .filter(({ filename, stringToReplace }) => !files.get(filename)?.includes(stringToReplace))
      .map(({ filename, stringToReplace }) => `${filename} has no ${stringToReplace} to replace`),
  ]
}

/** An address or a user that nobody replaces would be deployed as it is. */
export const examples: Rule = ({ files }) => {
  const { replacements }: Project = JSON.parse(files.get('sfdx-project.json') ?? '{}')
  return [...files]
    .filter(([path]) => path.endsWith('.xml'))
    .flatMap(([path, source]) =>
      (source.match(/https:\/\/soapstone\.example\.com|\w+@example\.com|OUTBOUND_MESSAGE_KEY/g) ?? [])
        .filter((found) => !replacements.some((one) => one.filename === path && one.stringToReplace === found))
        .map((found) => `${path}: nothing replaces ${found}`),
    )
}
