/** The command lines that pages show, as words, and what a script's flags have to pass. */
import { parse } from 'yaml';
import { expandShell, readShell, splitAssignments } from '../../src/topology/command/shell-line.ts';
import { inlineCodeOf, type Page } from './markdown-page.ts';

/** A command as a shell would start it. */
export interface PageCommand {
  readonly file: string;
  /** The line that it stands in. */
  readonly text: string;
  readonly words: readonly string[];
}

/** Every command in code that is `sh`. */
export function commandsOf(page: Page): PageCommand[] {
  return page.blocks
    .filter(({ kind, language }) => kind === 'code' && language === 'sh')
    .flatMap(({ lines }) => lines.flatMap((line) => commandsIn(page.file, line)));
}

/** Every command of ours in manifests for Kubernetes, whatever field it stands in. */
export function manifestCommandsOf(page: Page): PageCommand[] {
  const lines = page.blocks
    .filter(
      ({ kind, language, lines: [first] }) =>
        kind === 'code' && language === 'yaml' && /^apiVersion:/.test(first ?? ''),
    )
    // What others fill in is a word here.
    .flatMap((block) => block.lines.map((line) => line.replace(/\$\([\w.]+\)|\{\{[\w.]+\}\}/g, 'filled-in')));
  return lines.flatMap((line) => {
    const args = /\bargs: (\[(?:run|gate|compare|capacity),.*\])$/.exec(line)?.[1];
    if (args !== undefined) return [{ file: page.file, text: line, words: ['rampart', ...(parse(args) as string[])] }];
    const [text] = /\brampart (?:run|gate|compare|capacity) .*/.exec(line) ?? [];
    return text === undefined
      ? []
      : commandsIn(page.file, text).filter(({ words: [program] }) => program === 'rampart');
  });
}

/** Every command of ours within text and tables: `rampart …`, `npm run …`, `npx …`. */
export function inlineCommandsOf(page: Page): PageCommand[] {
  return inlineCodeOf(page)
    .flatMap((code) => commandsIn(page.file, code))
    .filter(({ words: [program = '', verb] }) => ['rampart', 'npm', 'npx'].includes(program) && verb !== undefined);
}

/** The commands of one line, without its comment. */
function commandsIn(file: string, line: string): PageCommand[] {
  const text = line.replace(/(^|\s)#\s.*$/, '').trim();
  return readShell(text).flatMap(({ words }) => {
    const { words: expanded } = expandShell(words, { lookup: () => undefined });
    const { rest } = splitAssignments(expanded);
    return rest.length === 0 ? [] : [{ file, text, words: rest }];
  });
}
