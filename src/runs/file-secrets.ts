/** Secrets in the files that requests are made of, by the names of their columns and fields. */
import { fewestSecretCharacters } from '../model/secret-forms.ts';
import { isPlain, isSecretName } from '../model/secret-names.ts';
import type { Secret } from '../model/secrets.ts';
import { secretLiterals } from '../scenario/secret-literals.ts';

/** Of more, those of the first rows are looked for; each costs memory, and a moment at the start. */
const mostValues = 2000;

/** What columns hold that are called like secrets. */
export function rowSecrets(feeder: string, rows: readonly Readonly<Record<string, string>>[]): Secret[] {
  const looked = rows.slice(0, mostValues);
  // A row of JSON may have what the first one has not.
  const columns = [...new Set(looked.flatMap((row) => Object.keys(row)))].filter(isSecretName);
  const found = columns.flatMap((column) => {
    const values = new Set(looked.map((row) => row[column] ?? ''));
    return [...values].map((value) => secretOf(value, `${feeder}.${column}`));
  });
  return found.filter(({ isSought }) => isSought).slice(0, mostValues);
}

/** What fields of a body hold that are called like secrets. */
export function bodyFileSecrets(file: string, body: string | Uint8Array): Secret[] {
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
  return secretLiterals(['load', 'body'], text)
    .map((value) => secretOf(value, file))
    .filter(({ isSought }) => isSought);
}

function secretOf(value: string, label: string): Secret {
  return { value, label, isWritten: true, isSought: value.length >= fewestSecretCharacters && !isPlain(value) };
}
