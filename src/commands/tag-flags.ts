/** `--tag NAME=VALUE`: what a run, a comparison or a gate is called by, beside the tags of its scenario. */
import { type Tags, tagNameMistake, tagValueMistake } from '../model/tags.ts';
import type { CommandArgs, Flag } from './command.ts';

const form = 'NAME=VALUE (example: --tag release=1.5)';

/** The flag of every command that leaves something behind that people look for later. */
export const tagFlag: Readonly<Record<'tag', Flag>> = {
  tag: {
    describe: 'What it is called by, NAME=VALUE; kept in every result, and a label of live metrics',
    type: 'string',
    array: true,
  },
};

/** The tags that the flags give; what cannot be read goes into the list. */
export function tagsOf(args: CommandArgs, mistakes: string[]): Tags {
  const tags = new Map<string, string>();
  for (const text of args.strings('tag')) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    const mistake = tagMistake(text, name, value) ?? twice(name, value, tags.get(name));
    if (mistake === undefined) tags.set(name, value);
    else mistakes.push(mistake);
  }
  return Object.fromEntries(tags);
}

function tagMistake(text: string, name: string, value: string): string | undefined {
  if (name === '') return `--tag must have the form ${form}, got ${JSON.stringify(text)}`;
  const wrongName = tagNameMistake(name);
  if (wrongName !== undefined) return `--tag ${name} ${wrongName}`;
  const wrongValue = tagValueMistake(value);
  return wrongValue === undefined ? undefined : `--tag ${name} ${wrongValue}`;
}

function twice(name: string, value: string, before: string | undefined): string | undefined {
  if (before === undefined || before === value) return undefined;
  return `--tag ${name} is given twice, with ${JSON.stringify(before)} and ${JSON.stringify(value)}`;
}
