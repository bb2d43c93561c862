import type { Command } from 'commander'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** A script that completes the program's commands and options when a shell reads it: `source <(litellm-gitops completion bash)`. */
export function completionScript(program: Command, shell: Shell): string {
  if (shell === 'fish') return fish(program)
  // zsh reads the form of bash.
  const head = shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''
  return `${head}${bash(program)}`
}

function bash(program: Command): string {
  const cases = program.commands.map(
    (command) => `    ${command.name()}) words="${longs(command).join(' ')}" ;;`,
  )
  const files = [...new Set(program.commands.flatMap((command) => filesOf(command)))].sort()
  return `_litellm_gitops() {
  local words
  COMPREPLY=()
  case "\${COMP_WORDS[COMP_CWORD - 1]}" in
    ${files.join('|')})
      while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")
      return
      ;;
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  if [[ $COMP_CWORD -eq 1 ]]; then words="${program.commands.map((command) => command.name()).join(' ')} --help"; fi
  while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -F _litellm_gitops ${program.name()}
`
}

function fish(program: Command): string {
  const name = program.name()
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const lines = program.commands.flatMap((command) => [
    `complete -c ${name} -n __fish_use_subcommand -f -a ${command.name()} -d ${quoted(command.description())}`,
    ...command.options.map((option) => {
      const file = option.flags.includes('<file>')
      const value = file ? ' -r -F' : option.required ? ' -x' : ' -f'
      return `complete -c ${name} -n '__fish_seen_subcommand_from ${command.name()}' -l ${option.long?.slice(2)}${value} -d ${quoted(option.description)}`
    }),
  ])
  return `${lines.join('\n')}\n`
}

function longs(command: Command): string[] {
  return [...command.options.flatMap(({ long }) => long ?? []), '--help']
}

/** The options whose value is a file. */
function filesOf(command: Command): string[] {
  return command.options.filter(({ flags }) => flags.includes('<file>')).flatMap(({ long }) => long ?? [])
}
