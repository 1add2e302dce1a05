/** The operations of an OpenAPI description (3.0, 3.1) or a Swagger one (2.0), as requests with sampled parameters and bodies. */
import { createNames, type ImportedRequest, plain } from '../requests/imported-request.ts';
import { openBody } from './body.ts';
import { type Documents, isMap, type Map_, type Part } from './documents.ts';
import { parametersOf, type SampledParameter } from './parameters.ts';
import { securityOf } from './security.ts';

const methods = ['get', 'head', 'options', 'post', 'put', 'patch', 'delete'];

/** What is taken from a description. */
export interface OpenApiTaking {
  readonly methods: ReadonlySet<string>;
  /** Tags or ids of operations; all without any. */
  readonly operations: readonly string[];
}

/** What a description came to. */
export interface ReadOpenApi {
  readonly title: string;
  /** `OpenAPI 3.1.0`, `Swagger 2.0`. */
  readonly version: string;
  readonly requests: readonly ImportedRequest[];
  readonly leftOut: ReadonlyMap<string, number>;
  /** Asked for, and not there. */
  readonly unknown: readonly string[];
}

/** The requests of a description; throws an Error when it is none of a version that is known. */
export function readOpenApi(documents: Documents, taking: OpenApiTaking): ReadOpenApi {
  const { root } = documents;
  const version = versionOf(root);
  const base = basePathOf(root);
  const leftOut = new Map<string, number>();
  const nameFor = createNames();
  const known = new Set<string>();
  const requests = [...operationsOf(documents)].flatMap((operation) => {
    for (const each of operation.calledBy) known.add(each);
    const method = operation.method.toUpperCase();
    const isAsked =
      taking.operations.length === 0 || taking.operations.some((each) => operation.calledBy.includes(each));
    const why = isAsked ? (taking.methods.has(method) ? undefined : `method ${method}`) : 'not among --operations';
    if (why === undefined) return [requestOf(operation, { documents, base, nameFor })];
    leftOut.set(why, (leftOut.get(why) ?? 0) + 1);
    return [];
  });
  const info = isMap(root['info']) ? root['info'] : {};
  return {
    title: typeof info['title'] === 'string' ? info['title'] : '',
    version,
    requests,
    leftOut,
    unknown: taking.operations.filter((each) => !known.has(each)),
  };
}

function versionOf(root: Map_): string {
  const { openapi, swagger } = root;
  if (/^3\.[0-2](\.|$)/.test(String(openapi))) return `OpenAPI ${String(openapi)}`;
  if (String(swagger) === '2' || String(swagger) === '2.0') return 'Swagger 2.0';
  const got = openapi ?? swagger;
  throw new Error(
    got === undefined
      ? 'it has no openapi: and no swagger:'
      : `its version ${JSON.stringify(got)} is not known: 2.0, 3.0 and 3.1 are`,
  );
}

/** The path that stands before those of all operations: of the first server, its variables with their defaults. */
function basePathOf(root: Map_): string {
  if (typeof root['basePath'] === 'string') return root['basePath'].replace(/\/+$/, '');
  const [server] = Array.isArray(root['servers']) ? root['servers'] : [];
  if (!isMap(server) || typeof server['url'] !== 'string') return '';
  const variables = isMap(server['variables']) ? server['variables'] : {};
  const url = server['url'].replace(/\{([^}]*)\}/g, (_, name: string) => {
    const variable = variables[name];
    return isMap(variable) ? String(variable['default'] ?? '') : '';
  });
  return url
    .replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '')
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '');
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly part: Part;
  readonly operation: Map_;
  readonly shared: readonly Part[];
  readonly calledBy: readonly string[];
}

function* operationsOf(documents: Documents): Iterable<Operation> {
  const { root, file } = documents;
  if (!isMap(root['paths'])) return;
  for (const [path, item] of Object.entries(root['paths'])) {
    const found = documents.follow({ node: item, file });
    if (!found || !isMap(found.node) || !path.startsWith('/')) continue;
    for (const method of methods) {
      const operation = found.node[method];
      if (!isMap(operation)) continue;
      const { operationId, tags } = operation;
      const calledBy = [operationId, ...(Array.isArray(tags) ? tags : [])].filter((each) => typeof each === 'string');
      const listed = found.node['parameters'];
      const shared = (Array.isArray(listed) ? listed : []).map((node): Part => ({ node, file: found.file }));
      yield { method, path, part: { node: operation, file: found.file }, operation, shared, calledBy };
    }
  }
}

interface Making {
  readonly documents: Documents;
  readonly base: string;
  readonly nameFor: (wanted: string) => string;
}

function requestOf({ method, path, part, operation, shared, calledBy }: Operation, making: Making): ImportedRequest {
  const { documents, base, nameFor } = making;
  const notes: string[] = [];
  const tell = (what: string) => void notes.push(`Could not be made from the description: ${what}.`);
  const listed = operation['parameters'];
  const own = (Array.isArray(listed) ? listed : []).map((node): Part => ({ node, file: part.file }));
  const parameters = parametersOf([...shared, ...own], documents, tell);
  const security = securityOf(operation, documents.root);
  const body = openBody(part, parameters, documents, tell);
  notes.push(...security.notes);
  const id = typeof operation['operationId'] === 'string' ? calledBy[0] : undefined;
  const headers = { ...headersOf(parameters), ...security.headers, ...(body ? { 'Content-Type': body.type } : {}) };
  const query = [...queryOf(parameters).map(plain), ...security.query];
  const target = plain(base + filled(path, parameters, tell));
  return {
    name: nameFor(id ?? `${method.toUpperCase()} ${path}`),
    method: method.toUpperCase(),
    path: query.length === 0 ? target : `${target}?${query.join('&')}`,
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    ...(body ? { body: plain(body.text) } : {}),
    ...(security.basicAuth ? { basicAuth: security.basicAuth } : {}),
    ...(security.outside.length > 0 ? { outside: security.outside } : {}),
    ...(notes.length > 0 ? { notes: [...new Set(notes)] } : {}),
  };
}

function filled(path: string, parameters: readonly SampledParameter[], tell: (what: string) => void): string {
  return path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const found = parameters.find((each) => each.place === 'path' && each.name === name);
    if (found?.text !== undefined) return encodeURIComponent(found.text);
    tell(`the part {${name}} of the path`);
    return 'x';
  });
}

function queryOf(parameters: readonly SampledParameter[]): string[] {
  return parameters.flatMap(({ place, name, pairs: own, text }) => {
    if (place !== 'query' || text === undefined) return [];
    return (own ?? [[name, text] as const]).map(
      ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`,
    );
  });
}

function headersOf(parameters: readonly SampledParameter[]): Record<string, string> {
  // Named by headers of their own (OpenAPI 3.1, 4.8.12.1): parameters of these names are to be passed over.
  const passedOver = ['accept', 'content-type', 'authorization'];
  return Object.fromEntries(
    parameters.flatMap(({ place, name, text }) =>
      place === 'header' &&
      text !== undefined &&
      !passedOver.includes(name.toLowerCase()) &&
      /^[\x20-\x7e]*$/.test(text)
        ? [[name, plain(text)]]
        : [],
    ),
  );
}
