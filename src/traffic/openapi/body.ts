/** The body that an operation takes: its example, or one sampled from its schema, as JSON or as a form. */
import { type Documents, isMap, type Map_, type Part } from './documents.ts';
import { exampleOf, type SampledParameter, textOf } from './parameters.ts';
import { sample, type Tell } from './sample.ts';

/** A body as text and what it is. */
export interface OpenBody {
  readonly type: string;
  readonly text: string;
}

const form = 'application/x-www-form-urlencoded';

/** The body of an operation; undefined where it takes none, or none of a kind that can be made. */
export function openBody(
  { node, file }: Part,
  parameters: readonly SampledParameter[],
  documents: Documents,
  tell: Tell,
): OpenBody | undefined {
  const swagger = swaggerBody(parameters, documents, tell);
  const given = isMap(node) ? node['requestBody'] : undefined;
  if (swagger || given === undefined) return swagger;
  const body = documents.follow({ node: given, file });
  const content = body && isMap(body.node) ? body.node['content'] : undefined;
  const made = body && isMap(content) ? contentBody(content, body.file, documents, tell) : undefined;
  if (!made) tell(isMap(content) ? `a body of ${Object.keys(content).join(', ') || 'no kind'}` : 'its body');
  return made;
}

/** In Swagger 2.0 a body, or the fields of a form, stand among the parameters. */
function swaggerBody(parameters: readonly SampledParameter[], documents: Documents, tell: Tell): OpenBody | undefined {
  const fields = parameters.filter(({ place }) => place === 'formData');
  if (fields.length > 0)
    return { type: form, text: formText(Object.fromEntries(fields.map(({ name, value }) => [name, value]))) };
  const body = parameters.find(({ place }) => place === 'body');
  const value = body && (body.value ?? sample(body.part, documents, tell));
  return value === undefined ? undefined : { type: 'application/json', text: JSON.stringify(value) };
}

/** Kinds of bodies that can be made, the best first. */
const kinds = [/json/i, /^application\/x-www-form-urlencoded/i, /^text\//i];

function contentBody(content: Map_, file: string, documents: Documents, tell: Tell): OpenBody | undefined {
  const all = Object.entries(content);
  const [type = '', media] = kinds.map((kind) => all.find(([each]) => kind.test(each))).find(Array.isArray) ?? [];
  if (!isMap(media)) return undefined;
  const value = exampleOf(media, file, documents) ?? sample({ node: media['schema'] ?? {}, file }, documents, tell);
  if (value === undefined) return undefined;
  if (type.startsWith(form)) return { type: form, text: isMap(value) ? formText(value) : textOf(value) };
  // A range such as application/*+json is no type of a body.
  const sent = type.includes('*') ? 'application/json' : type;
  return { type: sent, text: /json/i.test(type) ? JSON.stringify(value) : textOf(value) };
}

function formText(value: Readonly<Record<string, unknown>>): string {
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([name, inner]) => `${encodeURIComponent(name)}=${encodeURIComponent(textOf(inner))}`)
    .join('&');
}
