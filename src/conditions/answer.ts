/** What one replica says to one question, yes or no, and in words. */
import { parseExposition } from '../goruntime/metrics/exposition.ts';
import type { Question, ValueTest } from '../model/condition.ts';
import { canonicalText, readJson, valueAt } from './json-path.ts';

/** A page that a replica answered with, or why there is none. */
export type PageAnswer =
  | { readonly status: number; readonly body: string }
  | { readonly status?: undefined; readonly why: string };

/** Whether it says so; `said` is what it does say: `members.length is 4, not 5`. */
export interface Says {
  readonly holds: boolean;
  readonly said: string;
}

/** What one replica gives for all to agree on; undefined where it says nothing that can be agreed on. */
export interface Told {
  readonly told?: string | undefined;
  readonly said: string;
}

const shownChars = 60;

/** Questions that a page answers. */
export type PageQuestion = Exclude<Question, { kind: 'log' }>;

/** The answer of one replica to a question of its own. */
export function saysOf(question: Exclude<PageQuestion, { kind: 'agree' }>, answer: PageAnswer): Says {
  if (answer.status === undefined) return { holds: false, said: answer.why };
  if (question.kind === 'metric') return metricSays(question, answer);
  const { status, json, test } = question;
  if (answer.status !== status) return { holds: false, said: `status ${answer.status}, not ${status}` };
  if (json === undefined) return { holds: true, said: `status ${status}` };
  const read = readJson(answer.body);
  return 'why' in read ? { holds: false, said: read.why } : tested(json, valueAt(read.value, json), test);
}

function metricSays(
  { name, labels, test }: Extract<Question, { kind: 'metric' }>,
  { status, body }: { readonly status: number; readonly body: string },
): Says {
  const selector = selectorText(name, labels);
  if (status !== 200) return { holds: false, said: `status ${status} instead of metrics` };
  // A page may have thousands of others.
  const lines = body.split('\n').filter((line) => line.trimStart().startsWith(name));
  const found = parseExposition(lines.join('\n')).samples.filter(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  if (found.length === 0) return { holds: false, said: `it has no ${selector}` };
  return tested(
    selector,
    found.reduce((sum, { value }) => sum + value, 0),
    test,
  );
}

/** `raft_is_leader{group="a"}`. */
function selectorText(name: string, labels: Readonly<Record<string, string>>): string {
  const inner = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return inner.length === 0 ? name : `${name}{${inner.join(',')}}`;
}

/** What it gives for all to agree on; what is absent, null or empty is nothing yet. */
export function toldBy({ json }: Extract<Question, { kind: 'agree' }>, answer: PageAnswer): Told {
  if (answer.status === undefined) return { said: answer.why };
  if (answer.status !== 200) return { said: `status ${answer.status}, not 200` };
  if (json === undefined) return answer.body.trim() === '' ? { said: 'an empty answer' } : told('', answer.body.trim());
  const read = readJson(answer.body);
  if ('why' in read) return { said: read.why };
  const value = valueAt(read.value, json);
  if (value === undefined || value === null || value === '')
    return { said: `${json} is ${value === undefined ? 'absent' : canonicalText(value)}` };
  return told(`${json}=`, canonicalText(value));
}

function told(before: string, value: string): Told {
  return { told: value, said: `${before}${shortened(value)}` };
}

function tested(what: string, value: unknown, test: ValueTest): Says {
  if (value === undefined) return { holds: false, said: `${what} is absent` };
  const said = `${what} is ${shownValue(value)}`;
  const { equals, atLeast, atMost } = test;
  if (equals !== undefined && !isEqual(value, equals))
    return { holds: false, said: `${said}, not ${shownValue(equals)}` };
  const number = numberOf(value);
  if (atLeast !== undefined && !(number >= atLeast)) return { holds: false, said: `${said}, not at least ${atLeast}` };
  if (atMost !== undefined && !(number <= atMost)) return { holds: false, said: `${said}, not at most ${atMost}` };
  return { holds: true, said };
}

/** Services write numbers as strings, too, where a double would not hold them (proto3 JSON). */
function isEqual(value: unknown, wanted: string | number | boolean): boolean {
  if (typeof value === 'object') return false;
  if (typeof wanted === 'number') return numberOf(value) === wanted;
  return String(value) === String(wanted);
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

function shownValue(value: unknown): string {
  return typeof value === 'number' ? String(value) : shortened(canonicalText(value));
}

function shortened(text: string): string {
  return text.length > shownChars ? `${text.slice(0, shownChars)}…` : text;
}
