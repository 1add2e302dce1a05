/** Labels as profefe's `labels` parameter has them: `version=1.0.0,region=fra`, each part encoded once more by its agent; pure. */
import type { StoredLabel } from '../../model/profile-store.ts';
import { badRequest } from './api-error.ts';
import { badEscapeIn, formDecoded } from './query-string.ts';

/** The labels in this text, sorted by key; throws an ApiError for an escape that is none. */
export function parseLabels(text: string): readonly StoredLabel[] {
  return sorted(text.split(',').flatMap((item) => labelIn(item, text)));
}

/** By key, equal keys by their value, so that one set of labels is always written in one way. */
function sorted(labels: readonly StoredLabel[]): readonly StoredLabel[] {
  return labels.toSorted((a, b) => order(a.key, b.key) || order(a.value, b.value));
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function labelIn(item: string, whole: string): StoredLabel[] {
  const at = item.indexOf('=');
  const [key, value] = at < 0 ? [item, ''] : [item.slice(0, at), item.slice(at + 1)];
  const label = { key: decoded(key, whole), value: decoded(value, whole) };
  return label.key === '' ? [] : [label];
}

function decoded(part: string, whole: string): string {
  const trimmed = part.trim();
  const plain = formDecoded(trimmed);
  if (plain !== undefined) return plain;
  throw badRequest(`bad "labels" ${JSON.stringify(whole)}: invalid URL escape ${JSON.stringify(badEscapeIn(trimmed))}`);
}

/** The same labels as the text of a `labels` parameter, not yet encoded for a query. */
export function labelsText(labels: readonly StoredLabel[]): string {
  return labels.map(({ key, value }) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join(',');
}
