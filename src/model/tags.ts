/** What a user calls a run by, such as its release or its commit: kept in everything that is written of it, and labels of its metrics. */
import { z } from 'zod';

/** In every result; absent where nobody gave any. */
export const tagsSchema = z
  .record(z.string(), z.string())
  .describe('What the user calls it by, from tags: of the scenario and from --tag; absent without any');

/** Values by name. */
export type Tags = Readonly<z.infer<typeof tagsSchema>>;

/** Tags are labels of live metrics, so a name is one that Prometheus takes (https://prometheus.io/docs/concepts/data_model). */
const tagName = /^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/;

/** Labels that metrics of rampart have for themselves, or that Prometheus has for its own: a tag of the same name would be lost there. */
export const ownLabels: readonly string[] = [
  'clock',
  'condition',
  'fault',
  'file',
  'function',
  'instance',
  'job',
  'kind',
  'le',
  'outcome',
  'peer',
  'pool',
  'quantile',
  'rate',
  'reason',
  'request',
  'requests_of',
  'result',
  'rps',
  'run',
  'scenario',
  'scope',
  'series',
  'service',
  'source',
  'state',
  'step',
  'target',
  'unit',
];

/** More than these are no names of a run but a record of it. */
export const mostTags = 32;

const mostValue = 200;

/** What is wrong with the name of a tag, in words that follow it; undefined when nothing is. */
export function tagNameMistake(name: string): string | undefined {
  if (!tagName.test(name))
    return 'must be named with letters, digits and underscores, a letter first, at most 64 of them, as a label of metrics is (example: git_sha)';
  if (name.startsWith('__'))
    return "must not begin with two underscores: such labels are Prometheus's own (example: git_sha)";
  if (ownLabels.includes(name)) return `is a label that metrics have already (example: my_${name})`;
  return undefined;
}

/** What is wrong with the value of a tag, in words that follow its name; undefined when nothing is. */
export function tagValueMistake(value: string): string | undefined {
  if (/^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(value) && value.length <= mostValue) return undefined;
  return `must be text of 1 to ${mostValue} characters on one line, got ${JSON.stringify(value.slice(0, 60))} (example: release: "1.5")`;
}

/** As people give them, `release=1.5`, in the order of their names. */
export function tagTexts(tags: Tags = {}): string[] {
  return Object.entries(tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
}
