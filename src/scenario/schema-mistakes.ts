/** What a schema found wrong with a file that people write, as lines `place path message`. */
import type { z } from 'zod';
import { suggestion } from './known-keys.ts';
import { show } from './values.ts';

/** How a message of zod begins where the schema says nothing better. */
const noWords = 'Invalid input';

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** The schema that was held against a file, where its keys are, and what the file as a whole is called. */
export interface SchemaTold {
  readonly schema: z.ZodType;
  readonly whole: string;
  place(path: Path): string;
}

/** Every mistake, one line each; a key that is not known comes with what it may have been meant to be. */
export function schemaMistakes(issues: readonly Issue[], { schema, whole, place }: SchemaTold): string[] {
  const tell = { place, whole, suggest: (path: Path, key: string) => suggestion(schema, path, key) };
  return issues.flatMap((issue) => describe(issue, [], tell));
}

/** Where a key is, and what one that is not known may have been meant to be. */
interface Tell {
  readonly whole: string;
  place(path: Path): string;
  suggest(path: Path, key: string): string;
}

/** One issue as lines `place path message`; a union shows what its closest member found wrong. */
function describe(issue: Issue, parent: Path, tell: Tell): string[] {
  const { place, suggest, whole } = tell;
  const path = [...parent, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${place([...path, key])} ${dotted([...path, key], whole)} is not a known key${suggest(path, key)}`,
    );
  }
  if (issue.code === 'invalid_union') {
    const closest = [...issue.errors]
      .sort((a, b) => a.length - b.length)
      .find((errors) => errors.some((error) => error.code === 'custom'));
    const member = closest ?? issue.errors.find((errors) => errors.some(isWithin)) ?? wordedMember(issue);
    if (member) return member.flatMap((error) => describe(error, path, tell));
  }
  return [`${place(path)} ${dotted(path, whole)} ${wording(issue)}`];
}

/** Of a union without words of its own, the member that has some. */
function wordedMember({ message, errors }: Extract<Issue, { code: 'invalid_union' }>): readonly Issue[] | undefined {
  if (!message.startsWith(noWords)) return undefined;
  return errors.find((issues) => issues.some((issue) => !issue.message.startsWith(noWords)));
}

/** Whether an issue is about something inside the value: its member of a union is the one that was meant. */
function isWithin(issue: Issue): boolean {
  if (issue.code === 'unrecognized_keys' || issue.path.length > 0) return true;
  return issue.code === 'invalid_union' && issue.errors.some((errors) => errors.some(isWithin));
}

function wording(issue: Issue): string {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith(noWords)) return issue.message;
  if (issue.message.endsWith('received undefined')) return 'is missing';
  return `must be a ${issue.expected === 'object' || issue.expected === 'record' ? 'map' : issue.expected}, got ${show(issue.input)}`;
}

/** A path as people write it, `load.steps[2].rate`; `whole` for the file itself. */
export function dotted(path: Path, whole: string): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '') || whole;
}
