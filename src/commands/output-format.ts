/** In which form stdout shows a result: the flags that say so, and what they come to. */
import { usageError } from '../model/errors.ts';
import type { CommandArgs, Flag } from './command.ts';

/** The form of a command that is told nothing else. */
const usualFormat = 'terminal';

/** The flag of every command whose result a program may want. */
export const jsonFlag: Readonly<Record<'json', Flag>> = {
  json: { describe: 'The result on stdout as JSON', type: 'boolean', default: false },
};

/** The flags of a command whose result has these forms. */
export function formatFlags(formats: readonly string[]): Readonly<Record<'format' | 'json', Flag>> {
  return {
    format: { describe: `What stdout shows (default: ${usualFormat})`, type: 'string', choices: formats },
    json: { describe: 'Same as --format json', type: 'boolean', default: false },
  };
}

/** The form that the flags ask for, `usual` when they ask for none; usage error when they ask for two. */
export function outputFormat(args: CommandArgs, usual = usualFormat): string {
  const format = args.string('format');
  if (!args.flag('json')) return format ?? usual;
  if (format === undefined || format === 'json') return 'json';
  throw usageError('flag-invalid', `--json and --format ${format} exclude each other`);
}

/** Refuses a form that what was found does not have, before anything is done with it. */
export function requireFormat(format: string, formats: readonly string[], what: string): void {
  if (formats.includes(format)) return;
  throw usageError('flag-invalid', `${what} cannot be shown as ${format} (formats: ${formats.join(', ')})`);
}

/** JSON as people can read it too. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
