/** A value for a schema: its example where it has one, else the plainest that fits. */
import { type Documents, isMap, type Map_, type Part } from './documents.ts';

/** What could not be made for sure is told in words. */
export type Tell = (what: string) => void;

/** So deep a value may lie in others; optional parts that are deeper are left out. */
const deepest = 8;
const longestList = 20;

/** The value; undefined when there is none, such as of a schema that leads nowhere. */
export function sample(part: Part, documents: Documents, tell: Tell): unknown {
  return sampled(part, { documents, tell, open: [] });
}

interface Sampling {
  readonly documents: Documents;
  readonly tell: Tell;
  /** The schemas around this one. */
  readonly open: readonly unknown[];
}

function sampled(part: Part, sampling: Sampling): unknown {
  const found = sampling.documents.follow(part);
  if (!found) {
    sampling.tell('a $ref that leads nowhere');
    return undefined;
  }
  const { node, file } = found;
  if (node === true) return {};
  if (!isMap(node)) return undefined;
  if (sampling.open.includes(node) || sampling.open.length >= deepest) return undefined;
  const given = givenOf(node);
  if (given !== undefined) return given;
  const below = { ...sampling, open: [...sampling.open, node] };
  const at = (child: unknown): Part => ({ node: child, file });
  if (Array.isArray(node['allOf']))
    return merged([...node['allOf'], withoutAllOf(node)].map((each) => sampled(at(each), below)));
  const choices = [node['oneOf'], node['anyOf']].find(Array.isArray);
  if (choices) {
    const own = typeOf(node) === 'object' ? ofType(node, file, below) : undefined;
    const chosen = choices
      .map((each) => sampled(at(each), below))
      .find((value) => value !== undefined && value !== null);
    return isMap(own) && isMap(chosen) ? { ...own, ...chosen } : chosen;
  }
  return ofType(node, file, below);
}

function withoutAllOf({ allOf: _, ...rest }: Map_): Map_ {
  return rest;
}

/** What a schema itself gives: `const`, an example, a default, the first of an enumeration. */
function givenOf(node: Map_): unknown {
  if ('const' in node) return node['const'];
  for (const key of ['example', 'x-example', 'default']) if (node[key] !== undefined) return node[key];
  const { examples, enum: all } = node;
  if (Array.isArray(examples) && examples.length > 0) return examples[0];
  return Array.isArray(all) ? all.find((value) => value !== null) : undefined;
}

function merged(values: readonly unknown[]): unknown {
  const maps = values.filter(isMap);
  return maps.length > 0 ? Object.assign({}, ...maps) : values.find((value) => value !== undefined);
}

function typeOf(node: Map_): string | undefined {
  const { type } = node;
  const named = Array.isArray(type) ? type.find((each) => each !== 'null') : type;
  if (typeof named === 'string') return named;
  if (isMap(node['properties']) || isMap(node['additionalProperties'])) return 'object';
  if (node['items'] !== undefined) return 'array';
  if (node['pattern'] !== undefined || node['format'] !== undefined || node['minLength'] !== undefined) return 'string';
  return node['minimum'] === undefined && node['maximum'] === undefined ? undefined : 'number';
}

function ofType(node: Map_, file: string, sampling: Sampling): unknown {
  switch (typeOf(node)) {
    case 'object':
      return objectOf(node, file, sampling);
    case 'array':
      return arrayOf(node, file, sampling);
    case 'string':
      return stringOf(node, sampling.tell);
    case 'integer':
      return numberOf(node, 1);
    case 'number':
      return numberOf(node, undefined);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return undefined;
  }
}

function objectOf(node: Map_, file: string, sampling: Sampling): Map_ {
  const required = Array.isArray(node['required']) ? node['required'] : [];
  const properties = isMap(node['properties']) ? node['properties'] : {};
  const entries = Object.entries(properties).flatMap(([name, schema]): [string, unknown][] => {
    if (isMap(schema) && schema['readOnly'] === true) return [];
    const value = sampled({ node: schema, file }, sampling);
    if (value !== undefined) return [[name, value]];
    if (required.includes(name)) sampling.tell(`the field ${name}`);
    return [];
  });
  return Object.fromEntries(entries);
}

function arrayOf(node: Map_, file: string, sampling: Sampling): unknown[] {
  const item = sampled({ node: node['items'] ?? {}, file }, sampling);
  const least = typeof node['minItems'] === 'number' ? node['minItems'] : 1;
  return item === undefined ? [] : Array.from({ length: Math.min(Math.max(least, 1), longestList) }, () => item);
}

/** Texts of the formats of JSON Schema and OpenAPI. */
const formats: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  time: '12:00:00Z',
  duration: 'PT1H',
  email: 'user@example.com',
  'idn-email': 'user@example.com',
  hostname: 'example.com',
  'idn-hostname': 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  'uri-reference': '/a',
  iri: 'https://example.com/',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
  byte: 'dGV4dA==',
  'json-pointer': '/a',
  regex: '^a$',
};

function stringOf(node: Map_, tell: Tell): string {
  const format = formats[String(node['format'])];
  const least = typeof node['minLength'] === 'number' ? Math.min(node['minLength'], 10_000) : 0;
  const most = typeof node['maxLength'] === 'number' ? node['maxLength'] : Number.POSITIVE_INFINITY;
  const text = format ?? 'text'.padEnd(least, 'x').slice(0, most);
  const { pattern } = node;
  if (typeof pattern !== 'string') return text;
  const candidates = [
    text,
    'A',
    'a',
    '1',
    'abc',
    'ABC',
    '123',
    '1234567890',
    'a1',
    'A1',
    'AB12',
    'a-b',
    '1.0.0',
    ...Object.values(formats),
  ];
  const fits = expressionOf(pattern);
  const fitting = candidates.find((each) => each.length >= least && each.length <= most && fits?.test(each));
  if (fitting === undefined) tell(`a text like ${pattern.slice(0, 60)}`);
  return fitting ?? text;
}

function expressionOf(pattern: string): RegExp | undefined {
  // A pattern with repeats of repeats could take forever over the candidates, short as they are.
  if (pattern.length > 200 || /[+*}][^)]*\)[+*{]/.test(pattern)) return undefined;
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

function numberOf(node: Map_, step: number | undefined): number {
  const bound = (key: string) => (typeof node[key] === 'number' ? node[key] : undefined);
  const multiple = bound('multipleOf') ?? step ?? 0;
  const unit = multiple > 0 ? multiple : 0.5;
  const above = bound('exclusiveMinimum') ?? (node['exclusiveMinimum'] === true ? bound('minimum') : undefined);
  const below = bound('exclusiveMaximum') ?? (node['exclusiveMaximum'] === true ? bound('maximum') : undefined);
  const least = Math.max(
    above === undefined ? Number.NEGATIVE_INFINITY : above + unit,
    bound('minimum') ?? Number.NEGATIVE_INFINITY,
  );
  const most = Math.min(
    below === undefined ? Number.POSITIVE_INFINITY : below - unit,
    bound('maximum') ?? Number.POSITIVE_INFINITY,
  );
  const wanted = Math.min(Math.max(1, least), most);
  return multiple > 0
    ? Math.max(Math.ceil(wanted / multiple) * multiple, Math.ceil(least / multiple) * multiple) || 0
    : wanted;
}
