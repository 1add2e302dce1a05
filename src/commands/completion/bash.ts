/** Completion for bash, also without the bash-completion package; pure. */
import { commandsBelow, type KnownCommand, parentsOf, quoted } from './known-words.ts';

/** A script that bash sources. */
export function bashCompletion(known: readonly KnownCommand[]): string {
  const top = known.filter(({ name }) => !name.includes(' '));
  return `# bash completion for rampart: source <(rampart completion bash)
_rampart() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words='' flags=''
  # Readline parts a flag, = and its value.
  if [[ $cur == = ]]; then
    cur=''
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W ${quoted([...top.map(({ name }) => name), '--help', '--version'].join(' '))} -- "$cur"))
    return
  fi
${parentsOf(known)
  .map((parent) => parentLines(parent, known))
  .join('\n')}
  case "$command" in
${known.map(commandLines).join('\n')}
  esac
  # What has no words of its own is left to the names of files.
  case "$command $prev" in
${known.flatMap(valueLines).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$cur"))
  elif [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  fi
}
complete -o default -F _rampart rampart
`;
}

/** After `profiles` a word of those below it is the command. */
function parentLines(parent: string, known: readonly KnownCommand[]): string {
  const below = commandsBelow(parent, known).map(({ name }) => name.slice(parent.length + 1));
  return `  if [[ $command == ${parent} ]] && ((COMP_CWORD > 2)); then
    case "\${COMP_WORDS[2]}" in
      ${below.join(' | ')}) command="${parent} \${COMP_WORDS[2]}" ;;
    esac
  elif [[ $command == ${parent} ]]; then
    words=${quoted(below.join(' '))}
  fi`;
}

function commandLines({ name, flags, choices }: KnownCommand): string {
  const all = flags.flatMap((flag) => [`--${flag.name}`, ...(flag.letter === undefined ? [] : [`-${flag.letter}`])]);
  const words = choices.length > 0 ? ` words=${quoted(choices.join(' '))}` : '';
  return `    ${quoted(name)}) flags=${quoted(all.join(' '))}${words} ;;`;
}

/** What may follow each flag that takes a value: its choices, or what bash takes by itself. */
function valueLines({ name, flags }: KnownCommand): string[] {
  return flags
    .filter(({ value, isOptional }) => value !== '' && !isOptional)
    .map(({ name: flag, letter, choices }) => {
      const forms = [`--${flag}`, ...(letter === undefined ? [] : [`-${letter}`])].map((form) =>
        quoted(`${name} ${form}`),
      );
      const reply = choices.length > 0 ? `COMPREPLY=($(compgen -W ${quoted(choices.join(' '))} -- "$cur")); ` : '';
      return `    ${forms.join(' | ')}) ${reply}return ;;`;
    });
}
