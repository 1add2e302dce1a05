/** Conditions on labels as Prometheus writes them: `env=prod`, `env!=prod`, `service=~web|api`, `service!~test-.*`. */
import type { Labels } from '../discovery/discovery.ts';

/** Holds of the labels of a target or does not; a label that is not there is the empty text. */
export interface Matcher {
  readonly text: string;
  holds(labels: Labels): boolean;
}

/** The condition in a text, or why there is none; expressions hold of the whole value. */
export function readMatcher(text: string): Matcher | { readonly mistake: string } {
  const [, label = '', operator, quoted = ''] =
    /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*(.*?)\s*$/s.exec(text) ?? [];
  if (operator === undefined) return { mistake: 'must be LABEL=VALUE, !=, =~ or !~ (example: service=~web|api)' };
  const value = /^"(.*)"$/s.exec(quoted)?.[1] ?? quoted;
  const isNegated = operator.startsWith('!');
  if (!operator.endsWith('~')) return { text, holds: (labels) => ((labels[label] ?? '') === value) !== isNegated };
  try {
    const whole = new RegExp(`^(?:${value})$`, 'su');
    return { text, holds: (labels) => whole.test(labels[label] ?? '') !== isNegated };
  } catch (error) {
    return {
      mistake: `must have a regular expression after ${operator}: ${error instanceof Error ? error.message : ''}`,
    };
  }
}

/** Which targets are taken: those of which everything in `keep` holds and nothing in `drop`. */
export interface Filter {
  readonly keep: readonly Matcher[];
  readonly drop: readonly Matcher[];
}

/** Why a target is left out; undefined when it is taken. */
export function leftOutBy({ keep, drop }: Filter, labels: Labels): string | undefined {
  const missed = keep.find(({ holds }) => !holds(labels));
  if (missed) return `keep ${missed.text}`;
  const hit = drop.find(({ holds }) => holds(labels));
  return hit && `drop ${hit.text}`;
}
