/** Completion for zsh, as a file of its fpath or sourced; pure. */
import { commandsBelow, type KnownCommand, type KnownFlag, parentsOf, quoted } from './known-words.ts';

/** A script that begins with `#compdef`. */
export function zshCompletion(known: readonly KnownCommand[]): string {
  const top = known.filter(({ name }) => !name.includes(' '));
  return `#compdef rampart
# zsh completion for rampart: source <(rampart completion zsh), or as _rampart in a folder of $fpath
_rampart() {
  local -a all
  local name=$words[2]
  if ((CURRENT == 2)); then
    all=(${described(top, '')})
    _describe -t commands command all
    return
  fi
  shift words
  ((CURRENT--))
${parentsOf(known)
  .map((parent) => parentLines(parent, known))
  .join('\n')}
  case $name in
${known.map(commandLines).join('\n')}
  esac
}
if [[ $funcstack[1] == _rampart ]]; then
  _rampart "$@"
else
  compdef _rampart rampart
fi
`;
}

function described(commands: readonly KnownCommand[], prefix: string): string {
  return commands.map(({ name, summary }) => quoted(`${name.slice(prefix.length)}:${summary}`)).join(' ');
}

function parentLines(parent: string, known: readonly KnownCommand[]): string {
  const below = commandsBelow(parent, known);
  const names = below.map(({ name }) => name.slice(parent.length + 1));
  return `  if [[ $name == ${parent} ]]; then
    if ((CURRENT == 2)) && [[ $words[2] != -* ]]; then
      all=(${described(below, `${parent} `)})
      _describe -t commands command all
      _files
      return
    fi
    case $words[2] in
      ${names.join('|')})
        name="${parent} $words[2]"
        shift words
        ((CURRENT--))
        ;;
    esac
  fi`;
}

function commandLines({ name, flags, choices, takesFiles }: KnownCommand): string {
  const specs = [
    ...flags.map(flagSpec),
    ...(choices.length > 0 ? [quoted(`1:word:(${choices.join(' ')})`)] : []),
    ...(takesFiles ? [quoted('*:file:_files')] : []),
  ];
  return `    ${quoted(name)})\n      _arguments -s ${specs.join(' \\\n        ')}\n      ;;`;
}

/** As `_arguments` has it: `'(-o --out)-o+[Run directory]:DIR:_files'`. */
function flagSpec({ name, letter, describe, value, choices, isOptional, isList }: KnownFlag): string {
  const text = `[${escaped(describe)}]`;
  const action = choices.length > 0 ? `(${choices.join(' ')})` : '_files';
  const argument = value === '' ? '' : `${isOptional ? '::' : ':'}${escaped(value)}:${action}`;
  const long = `--${name}${value === '' ? '' : isOptional ? '=-' : '='}`;
  if (letter === undefined) return quoted(`${isList ? '*' : ''}${long}${text}${argument}`);
  const short = `-${letter}${value === '' ? '' : '+'}`;
  const before = isList ? '*' : `(-${letter} --${name})`;
  return [short, long].map((form) => quoted(`${before}${form}${text}${argument}`)).join(' ');
}

function escaped(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}
