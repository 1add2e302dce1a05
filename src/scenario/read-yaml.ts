/** YAML that people write, to a value and the places of its keys; everything the parser has to say of it is a mistake with a place. */
import { type Document, isAlias, isMap, isNode, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { messageOf } from '../model/errors.ts';

/** A document that could be read. */
export interface YamlFile {
  readonly document: Document;
  /** `file:line:column` of the key at a path, or of what is around it where the path leads nowhere. */
  placeOf(path: readonly PropertyKey[]): string;
}

/** More lines than this of what is wrong with one file help nobody. */
const mostMistakes = 20;

/** The document in a text, called `file` in messages; or what is wrong with it, at least one line. */
export function readYaml(file: string, text: string): YamlFile | readonly string[] {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  let document: Document;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  } catch (error) {
    return [`${file}:1:1 cannot be read as YAML: ${nestedToo(error)}`];
  }
  const found = [...document.errors, ...document.warnings].map(
    ({ pos, code, message }) => `${at(pos[0])} ${code === 'MULTIPLE_DOCS' ? severalDocuments : message}`,
  );
  if (found.length > 0) return found.slice(0, mostMistakes);
  return valueMistakes(document, at) ?? { document, placeOf: (path) => placeIn(document, path, at) };
}

const severalDocuments = 'begins another document: a file holds one (remove what follows ---)';

function nestedToo(error: unknown): string {
  return error instanceof RangeError ? 'it is nested too deeply' : messageOf(error);
}

/** Whether the document has a value at all: aliases may stand for more than any memory holds, or for themselves. */
function valueMistakes(document: Document, at: (offset: number) => string): string[] | undefined {
  let alias: Node | undefined;
  let circle: Node | undefined;
  visit(document, {
    Alias(_, node, parents) {
      alias ??= node;
      const meant = node.resolve(document);
      if (parents.some((parent) => parent === meant)) circle ??= node;
    },
  });
  const place = (node: Node | undefined) => at(node?.range?.[0] ?? 0);
  if (circle) return [`${place(circle)} stands for something that it is itself a part of`];
  try {
    document.toJS();
    return undefined;
  } catch (error) {
    if (!(error instanceof ReferenceError)) return [`${at(0)} cannot be read as YAML: ${nestedToo(error)}`];
    return [
      `${place(alias)} begins aliases of aliases that stand for more than a file may hold: write out what is meant`,
    ];
  }
}

function placeIn(document: Document, path: readonly PropertyKey[], at: (offset: number) => string): string {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return at(node.range[0]);
  }
  return at(0);
}

/** The node itself, or the one that an alias stands for. */
export function meantBy(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** The keys of a map with the nodes of their values; none of anything else. */
export function entriesOf(node: unknown, document: Document): [string, unknown][] {
  const map = meantBy(node, document);
  return isMap(map) ? map.items.map(({ key, value }) => [String(isNode(key) ? key.toJS(document) : key), value]) : [];
}
