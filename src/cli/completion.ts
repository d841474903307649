import { type Command as AnyCommand, Argument, Command } from 'commander'
import { print } from './print.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

/** soapstone completion: what a shell needs to complete verbs, options and their choices. Made from the verbs themselves. */
export function completionVerb(program: AnyCommand): Command {
  return new Command('completion')
    .description('print a script that lets a shell complete commands: bash, zsh or fish')
    .addArgument(new Argument('<shell>', 'which').choices(SHELLS))
    .addHelpText(
      'after',
      '\nbash: source <(soapstone completion bash)\nzsh:  source <(soapstone completion zsh)\nfish: soapstone completion fish | source',
    )
    .action((shell: (typeof SHELLS)[number]) => print(SCRIPTS[shell](verbsOf(program, []))))
}

interface Verb {
  /** `token create`: the words before its options. */
  path: string[]
  description: string
  subcommands: string[]
  options: { flag: string; description: string; choices: readonly string[]; takesValue: boolean }[]
  choices: readonly string[]
}

function verbsOf(command: AnyCommand, path: string[]): Verb[] {
  const visible = command.commands.filter((one) => one.name() !== 'help')
  const own: Verb = {
    path,
    description: command.description(),
    subcommands: visible.map((one) => one.name()),
    options: command.options.flatMap(({ long, description, argChoices = [], required, optional }) =>
      long ? [{ flag: long, description, choices: argChoices, takesValue: required || optional }] : [],
    ),
    choices: command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
  }
  return [own, ...visible.flatMap((one) => verbsOf(one, [...path, one.name()]))]
}

const SCRIPTS: Record<(typeof SHELLS)[number], (verbs: Verb[]) => string> = { bash, zsh, fish }

function bash(verbs: Verb[]): string {
  return `${bashFunction(verbs)}\ncomplete -F _soapstone soapstone`
}

/** Zsh takes bash's functions. */
function zsh(verbs: Verb[]): string {
  return `autoload -U +X bashcompinit && bashcompinit\n${bash(verbs)}`
}

function bashFunction(verbs: Verb[]): string {
  const values = verbs.flatMap(({ path, options }) =>
    options.flatMap(({ flag, choices, takesValue }) =>
      takesValue ? [`    '${[...path, flag].join(' ')}') words='${choices.join(' ')}' ;;`] : [],
    ),
  )
  const words = verbs.map(
    ({ path, subcommands, options, choices }) =>
      `    '${path.join(' ')}') words='${[...subcommands, ...choices, ...options.map(({ flag }) => flag)].join(' ')}' ;;`,
  )
  return `_soapstone() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path='' words='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path|$word" in
${verbs
  .filter(({ path }) => path.length > 0)
  .map(({ path }) => `      '${path.slice(0, -1).join(' ')}|${path.at(-1)}') path='${path.join(' ')}' ;;`)
  .join('\n')}
    esac
  done
  case "\${path:+$path }$previous" in
${values.join('\n')}
    *) case "$path" in
${words.join('\n')}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}`
}

function fish(verbs: Verb[]): string {
  return verbs.flatMap((verb) => fishLines(verb, verbs)).join('\n')
}

function fishLines({ path, subcommands, options, choices }: Verb, verbs: Verb[]): string[] {
  const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ')
  const fresh = `not __fish_seen_subcommand_from ${[...subcommands, 'help'].join(' ')}`
  const when = path.length === 0 ? '__fish_use_subcommand' : seen
  const describe = (name: string) =>
    verbs.find((one) => one.path.join(' ') === [...path, name].join(' '))?.description ?? ''
  return [
    ...subcommands.map(
      (name) =>
        `complete -c soapstone -f -n '${path.length === 0 ? when : `${seen}; and ${fresh}`}' -a ${name} -d ${quoted(describe(name))}`,
    ),
    ...(choices.length > 0 ? [`complete -c soapstone -f -n '${when}' -a '${choices.join(' ')}'`] : []),
    ...options.map(({ flag, description, choices: values, takesValue }) => {
      const value = takesValue ? ` -r${values.length > 0 ? ` -f -a '${values.join(' ')}'` : ''}` : ''
      return `complete -c soapstone -n '${when}' -l ${flag.replace(/^--/, '')}${value} -d ${quoted(description)}`
    }),
  ]
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
