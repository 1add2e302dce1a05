/** Kinds of failures without the names of the requests that stand before them where a load has several. */
import { isOfClass } from '../../model/error-class.ts';
import type { StepResult } from '../../model/run-result.ts';
import { addedUp } from './step-parts.ts';

/** A kind of failure and the request whose name stands before it; of two names that could be meant, the longer. */
export function labelledKind(
  text: string,
  names: readonly string[],
): { readonly request?: string; readonly kind: string } {
  const request = names
    .filter((name) => text.startsWith(`${name}: `))
    .reduce((longest, name) => (name.length > longest.length ? name : longest), '');
  return request === '' ? { kind: text } : { request, kind: text.slice(request.length + 2) };
}

/** How many arrivals of a step failed by kind, of all its requests together, most first. */
export function errorKinds({
  errors,
  requests = [],
}: Pick<StepResult, 'errors' | 'requests'>): [kind: string, count: number][] {
  const names = requests.map(({ name }) => name);
  const all = Object.entries(errors).map(([text, count]) => ({ [labelledKind(text, names).kind]: count }));
  return Object.entries(addedUp(all));
}

/** How many arrivals of a step failed with kinds of this class, see `isOfClass`. */
export function failedOfClass(step: Pick<StepResult, 'errors' | 'requests'>, text: string): number {
  return errorKinds(step).reduce((sum, [kind, count]) => (isOfClass(kind, text) ? sum + count : sum), 0);
}
