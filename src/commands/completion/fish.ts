/** Completion for fish; pure. */
import { commandsBelow, type KnownCommand, type KnownFlag, parentsOf } from './known-words.ts';

/** A script that fish sources. */
export function fishCompletion(known: readonly KnownCommand[]): string {
  const top = known.filter(({ name }) => !name.includes(' '));
  const lines = [
    ...top.map(({ name, summary }) => commandLine('', name, summary)),
    ...parentsOf(known).flatMap((parent) =>
      commandsBelow(parent, known).map(({ name, summary }) =>
        commandLine(parent, name.slice(parent.length + 1), summary),
      ),
    ),
    ...known.flatMap(linesOf),
  ];
  return `# fish completion for rampart: rampart completion fish | source
function __rampart_is
    set -l words (commandline -opc)
    set -l command "$words[2]"
    switch "$command $words[3]"
${parentsOf(known)
  .map((parent) => parentLines(parent, known))
  .join('\n')}
    end
    test "$command" = "$argv"
end
complete -c rampart -f
${lines.join('\n')}
`;
}

function parentLines(parent: string, known: readonly KnownCommand[]): string {
  const names = commandsBelow(parent, known).map(({ name }) => fishQuoted(name));
  return `        case ${names.join(' ')}\n            set command "$command $words[3]"`;
}

function is(command: string): string {
  return `complete -c rampart -n ${fishQuoted(`__rampart_is ${command}`.trim())}`;
}

function commandLine(parent: string, word: string, summary: string): string {
  return `${is(parent)} -a ${fishQuoted(word)} -d ${fishQuoted(summary)}`;
}

function linesOf({ name, flags, choices, takesFiles }: KnownCommand): string[] {
  return [
    ...flags.map((flag) => flagLine(name, flag)),
    ...(choices.length > 0 ? [`${is(name)} -a ${fishQuoted(choices.join(' '))}`] : []),
    ...(takesFiles ? [`${is(name)} -F`] : []),
  ];
}

function flagLine(command: string, { name, letter, describe, value, choices, isOptional }: KnownFlag): string {
  const words = [
    is(command),
    ...(letter === undefined ? [] : [`-s ${letter}`]),
    `-l ${name}`,
    ...(value === '' || isOptional ? [] : choices.length > 0 ? [`-x -a ${fishQuoted(choices.join(' '))}`] : ['-r -F']),
    `-d ${fishQuoted(describe)}`,
  ];
  return words.join(' ');
}

function fishQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
