/** What users must know of secrets that nobody looks for. */
import { fewestSecretCharacters } from '../model/secret-forms.ts';
import type { Secret } from '../model/secrets.ts';

/** A warning for each of these secrets that is not sought; without its value. */
export function unsoughtWarnings(secrets: readonly Secret[]): string[] {
  return [...new Set(secrets.filter(({ isSought }) => !isSought).map(warning))];
}

function warning({ label, value: { length } }: Secret): string {
  const why = length < fewestSecretCharacters ? `too short (${length})` : 'a word that stands in other places';
  return `${label} is secret, but ${why} to be looked for in what services print: it is taken out of the scenario that is kept, and nowhere else`;
}
