/** A filled scenario held against its schema: what came from elsewhere is text, and a number or a switch where the key takes no text. */
import { type Document, isScalar, type Scalar } from 'yaml';
import type { z } from 'zod';
import { meantBy } from './read-yaml.ts';
import type { FilledValue } from './references.ts';
import type { scenarioSchema } from './schema.ts';

type Schema = ReturnType<typeof scenarioSchema>;
type Parsed = ReturnType<Schema['safeParse']>;
type Issue = z.core.$ZodIssue;

const numeral = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

/** Parses as often as a value turns out to be wanted as something else than text; changes such values in the document. */
export function parseFilled(schema: Schema, document: Document, filled: readonly FilledValue[]): Parsed {
  const texts = new Set<Scalar>(filled.map(({ node }) => node).filter(({ value }) => typedOf(value) !== undefined));
  for (;;) {
    const parsed = schema.safeParse(document.toJS(), { reportInput: true });
    const wanted = parsed.success ? [] : parsed.error.issues.flatMap((issue) => nodesOf(issue, [], document));
    const others = [...new Set(wanted)].filter((node) => texts.has(node));
    if (others.length === 0) return parsed;
    for (const node of others) {
      texts.delete(node);
      node.value = typedOf(node.value);
    }
  }
}

/** What YAML would have made of the text, were it written without quotes. */
function typedOf(text: unknown): number | boolean | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  return typeof text === 'string' && numeral.test(text) ? Number(text) : undefined;
}

function nodesOf(issue: Issue, parent: readonly PropertyKey[], document: Document): Scalar[] {
  const path = [...parent, ...issue.path];
  const node = meantBy(document.getIn(path, true), document);
  const inner =
    issue.code === 'invalid_union' ? issue.errors.flat().flatMap((each) => nodesOf(each, path, document)) : [];
  return isScalar(node) ? [node, ...inner] : inner;
}
