/** Variables of services, header values, passwords and tags as the user wrote them: `1.10`, `0x10` and `1_000` are text there, whatever numbers YAML makes of them. */
import { type Document, isScalar, isSeq } from 'yaml';
import { entriesOf, meantBy } from './read-yaml.ts';

/** Where they stand; `*` is any key of a map, `[]` any item of a list. */
const places: readonly (readonly string[])[] = [
  ...['env', 'buildArgs'].flatMap((key) => [
    ['topology', key, '*', '*'],
    ['variants', '*', key, '*', '*'],
  ]),
  ['tags', '*'],
  ...['headers', 'basicAuth'].flatMap((key) => [
    ['load', 'request', key, '*'],
    ['load', 'requests', '[]', key, '*'],
    ['load', 'flows', '[]', 'requests', '[]', key, '*'],
  ]),
];

/** Gives every variable, header value, password and tag that is no text in YAML the text it was written with. */
export function keepWritten(document: Document): void {
  keepWrittenAt(document, places);
}

/** The same of the values at these places; `*` is any key of a map, `[]` any item of a list. */
export function keepWrittenAt(document: Document, at: readonly (readonly string[])[]): void {
  for (const place of at) for (const node of nodesAt(document.contents, place, document)) keep(node);
}

function nodesAt(node: unknown, [key, ...rest]: readonly string[], document: Document): unknown[] {
  if (key === undefined) return [node];
  if (key !== '[]')
    return entriesOf(node, document).flatMap(([name, inner]) =>
      key === '*' || key === name ? nodesAt(inner, rest, document) : [],
    );
  const list = meantBy(node, document);
  return isSeq(list) ? list.items.flatMap((item) => nodesAt(item, rest, document)) : [];
}

function keep(node: unknown): void {
  if (!isScalar(node) || node.source === undefined) return;
  if (typeof node.value !== 'number' && typeof node.value !== 'boolean') return;
  node.value = node.source;
  node.type = 'QUOTE_DOUBLE';
}
