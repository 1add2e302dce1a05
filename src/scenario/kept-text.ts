/** The scenario as a run directory keeps it: references as they are written, and for secrets that it has itself, where to give them. */
import { type Document, isScalar } from 'yaml';
import { groupBy } from '../model/group-by.ts';
import type { FoundSecret } from './found-secrets.ts';
import { meantBy } from './read-yaml.ts';

type Path = readonly PropertyKey[];

const why = 'it stood in the scenario, and no run keeps a secret';

/** Puts a reference in place of each secret that is written in the document. */
export function replaceWritten(document: Document, found: readonly FoundSecret[]): void {
  const places = groupBy(
    found.filter(({ isWritten }) => isWritten),
    ({ path }) => JSON.stringify(path),
  );
  for (const secrets of places.values()) {
    const [{ path = [] } = {}] = secrets;
    const node = meantBy(document.getIn(path, true), document);
    if (!isScalar(node) || node.value === null) continue;
    const values = secrets.map(({ value }) => value).sort((a, b) => b.length - a.length);
    node.value = withReferences(String(node.value), values, variableOf(path));
    node.type = 'QUOTE_DOUBLE';
  }
}

function withReferences(text: string, values: readonly string[], name: string): string {
  const any = values.map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
  return text
    .replace(new RegExp(`\\$\\{env\\.(\\w+):?-(?:${any})\\}`, 'g'), (_, own: string) => `\${env.${own}:?${why}}`)
    .replace(new RegExp(any, 'g'), () => `\${env.${name}:?${why}}`);
}

/** A variable that is called like the key: `AUTHORIZATION`, `DB_PASSWORD`. */
function variableOf(path: Path): string {
  const name = String(path.at(-1) ?? 'SECRET')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_');
  return /^[A-Z]/.test(name) ? name : `SECRET_${name}`;
}
