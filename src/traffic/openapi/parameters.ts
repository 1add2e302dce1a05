/** Parameters of an operation with a value for each that is needed, or that has an example. */
import { type Documents, isMap, type Map_, type Part } from './documents.ts';
import { sample, type Tell } from './sample.ts';

/** A parameter and its value as text; without one it is not sent. */
export interface SampledParameter {
  readonly place: string;
  readonly name: string;
  readonly text: string | undefined;
  /** Of a list or a map in a query that is sent as several pairs. */
  readonly pairs?: readonly (readonly [string, string])[];
  /** The value itself, of Swagger's bodies and forms. */
  readonly value: unknown;
  readonly part: Part;
}

/** The parameters; of two of one name and place the later one counts. */
export function parametersOf(parts: readonly Part[], documents: Documents, tell: Tell): SampledParameter[] {
  const found = new Map<string, SampledParameter>();
  for (const part of parts) {
    const whole = documents.follow(part);
    if (!whole || !isMap(whole.node)) {
      tell('a parameter whose $ref leads nowhere');
      continue;
    }
    const { name, in: place } = whole.node;
    if (typeof name !== 'string' || typeof place !== 'string') continue;
    found.set(`${place} ${name}`, sampledParameter(whole, { name, place }, documents, tell));
  }
  return [...found.values()];
}

function sampledParameter(
  { node, file }: Part,
  { name, place }: { readonly name: string; readonly place: string },
  documents: Documents,
  tell: Tell,
): SampledParameter {
  const parameter = isMap(node) ? node : {};
  const part = { node: schemaOf(parameter), file };
  const isNeeded = parameter['required'] === true || place === 'path';
  const example = exampleOf(parameter, file, documents);
  if (!isNeeded && example === undefined) return { place, name, text: undefined, value: undefined, part };
  const value = example ?? sample(part, documents, (what) => tell(`parameter ${name}: ${what}`));
  if (value === undefined) tell(`parameter ${name}`);
  return { place, name, value, part, ...textsOf(name, value ?? 'text', parameter) };
}

/** Of OpenAPI 3 `schema`, or that of its content; in Swagger 2 a parameter describes its value itself. */
function schemaOf(parameter: Map_): unknown {
  if (parameter['schema'] !== undefined) return parameter['schema'];
  const [content] = isMap(parameter['content']) ? Object.values(parameter['content']) : [];
  if (isMap(content)) return content['schema'];
  const { name: _, in: __, required: ___, description: ____, ...own } = parameter;
  return own;
}

/** The example that something has beside its schema. */
export function exampleOf(holder: Map_, file: string, documents: Documents): unknown {
  if (holder['example'] !== undefined) return holder['example'];
  const [first] = isMap(holder['examples']) ? Object.values(holder['examples']) : [];
  const found = first === undefined ? undefined : documents.follow({ node: first, file })?.node;
  return isMap(found) ? found['value'] : undefined;
}

function textsOf(name: string, value: unknown, parameter: Map_): Pick<SampledParameter, 'text' | 'pairs'> {
  const isExploded =
    parameter['explode'] ?? (parameter['in'] === 'query' && parameter['collectionFormat'] === undefined);
  const isForm = parameter['style'] === undefined || parameter['style'] === 'form';
  if (Array.isArray(value)) {
    const texts = value.map(textOf);
    const between = parameter['collectionFormat'] === 'pipes' || parameter['style'] === 'pipeDelimited' ? '|' : ',';
    const pairs = isExploded === true && isForm ? { pairs: texts.map((text) => [name, text] as const) } : {};
    return { text: texts.join(between), ...pairs };
  }
  if (!isMap(value)) return { text: textOf(value) };
  const entries = Object.entries(value).map(([key, inner]) => [key, textOf(inner)] as const);
  const isDeep = parameter['style'] === 'deepObject';
  const pairs = entries.map(([key, text]) => [isDeep ? `${name}[${key}]` : key, text] as const);
  return { text: entries.flat().join(','), ...(isDeep || (isExploded === true && isForm) ? { pairs } : {}) };
}

/** A value as it stands in a path, a query or a form. */
export function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
