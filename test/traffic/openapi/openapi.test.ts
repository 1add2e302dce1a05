// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of templates are what this is about
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDocuments } from '../../../src/traffic/openapi/documents.ts';
import { readOpenApi } from '../../../src/traffic/openapi/read-openapi.ts';
import { sample } from '../../../src/traffic/openapi/sample.ts';

const reads = new Set(['GET', 'HEAD', 'OPTIONS']);
const all = new Set([...reads, 'POST', 'PUT', 'PATCH', 'DELETE']);

async function read(
  text: string,
  { methods = all, operations = [] as string[], files = {} as Record<string, string> } = {},
) {
  const documents = await openDocuments('api.yaml', text, async (path) => {
    const found = files[path];
    return found === undefined ? undefined : { file: path, text: found };
  });
  return readOpenApi(documents, { methods, operations });
}

const paths = (body: string, rest = '') =>
  `openapi: 3.0.3\ninfo: { title: Shop, version: "1" }\n${rest}\npaths:\n${body}`;

async function sampled(schema: unknown) {
  const told: string[] = [];
  const documents = await openDocuments(
    'a.yaml',
    JSON.stringify({ openapi: '3.1.0', components: { schemas: { S: schema } } }),
    async () => undefined,
  );
  const value = sample({ node: { $ref: '#/components/schemas/S' }, file: 'a.yaml' }, documents, (what) =>
    told.push(what),
  );
  return { value, told };
}

describe('a description', () => {
  it('has a request for each operation, under the path of its first server', async () => {
    const { requests, title, version } = await read(
      paths(
        `  /orders:
    get: { operationId: listOrders, responses: {} }
    post: { responses: {} }
  /health: { get: { responses: {} } }`,
        'servers: [{ url: "https://{host}/api/{v}/", variables: { host: { default: a.example }, v: { default: v2 } } }]',
      ),
    );
    expect({ title, version }).toEqual({ title: 'Shop', version: 'OpenAPI 3.0.3' });
    expect(requests.map(({ name, method, path }) => [name, method, path])).toEqual([
      ['listOrders', 'GET', '/api/v2/orders'],
      ['POST /orders', 'POST', '/api/v2/orders'],
      ['GET /health', 'GET', '/api/v2/health'],
    ]);
  });

  it('fills the parameters that are needed, and those that have an example', async () => {
    const { requests } = await read(
      paths(`  /users/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer, minimum: 7 } }]
    get:
      parameters:
        - { name: q, in: query, required: true, schema: { type: string }, example: "a b" }
        - { name: tags, in: query, required: true, schema: { type: array, items: { enum: [x, y] }, minItems: 2 } }
        - { name: page, in: query, schema: { type: integer } }
        - { name: filter, in: query, style: deepObject, example: { by: name } }
        - { name: X-Tenant, in: header, required: true, schema: { const: acme } }
        - { name: Authorization, in: header, required: true, schema: { type: string } }
      responses: {}`),
    );
    expect(requests[0]).toMatchObject({
      path: '/users/7?q=a%20b&tags=x&tags=x&filter%5Bby%5D=name',
      headers: { 'X-Tenant': 'acme' },
    });
  });

  it('makes bodies of examples, else of schemas', async () => {
    const { requests } = await read(
      paths(
        `  /a:
    post:
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } }
    put:
      requestBody: { content: { application/json: { examples: { one: { $ref: "#/components/examples/one" } } } } }
    patch:
      requestBody: { content: { application/x-www-form-urlencoded: { schema: { properties: { a: { type: boolean }, b: { type: string, format: date } } } } } }
    delete:
      requestBody: { content: { application/xml: { schema: { type: object } } } }`,
        'components: { examples: { one: { value: { id: 5 } } }, schemas: { Order: { type: object, required: [id], properties: { id: { type: string, format: uuid, readOnly: true }, n: { type: integer }, next: { $ref: "#/components/schemas/Order" } } } } }',
      ),
    );
    expect(requests.map(({ method, body }) => [method, body])).toEqual([
      ['POST', '{"n":1}'],
      ['PUT', '{"id":5}'],
      ['PATCH', 'a=true&b=2026-01-31'],
      ['DELETE', undefined],
    ]);
    expect(requests[0]?.headers).toEqual({ 'Content-Type': 'application/json' });
    expect(requests[3]?.notes).toEqual(['Could not be made from the description: a body of application/xml.']);
  });

  it('takes what it wants of its callers from outside', async () => {
    const { requests } = await read(
      paths(
        `  /a: { get: {} }
  /b: { get: { security: [{ key: [] }] } }
  /c: { get: { security: [{ login: [] }] } }
  /d: { get: { security: [] } }
  /e: { get: { security: [{}, { key: [] }] } }
  /f: { get: { security: [{ inQuery: [] }] } }`,
        'security: [{ bearer: [] }]\ncomponents: { securitySchemes: { bearer: { type: http, scheme: bearer }, key: { type: apiKey, in: header, name: X-Key }, login: { type: http, scheme: basic }, inQuery: { type: apiKey, in: query, name: k } } }',
      ),
    );
    expect(requests.map(({ headers, path, basicAuth }) => basicAuth ?? headers ?? path)).toEqual([
      { Authorization: 'Bearer ${env.BEARER:?the bearer token of bearer}' },
      { 'X-Key': '${env.KEY:?the X-Key of key}' },
      { user: '${env.LOGIN_USER:?the user of login}', password: '${env.LOGIN_PASSWORD:?the password of login}' },
      '/d',
      '/e',
      '/f?k=${env.IN_QUERY:?the k of inQuery}',
    ]);
  });

  it('takes operations by tag or id, and of some methods', async () => {
    const text = paths(`  /a: { get: { tags: [one] }, post: { operationId: add } }
  /b: { get: { tags: [two] } }`);
    expect((await read(text, { operations: ['one', 'add'] })).requests.map(({ name }) => name)).toEqual([
      'GET /a',
      'add',
    ]);
    expect((await read(text, { operations: ['none'] })).unknown).toEqual(['none']);
    expect([...(await read(text, { methods: reads })).leftOut]).toEqual([['method POST', 1]]);
  });

  it('may refer to files beside it, and say where one is missing', async () => {
    const { requests } = await read(
      paths(`  /a: { $ref: "a.yaml#/item" }
  /b: { get: { parameters: [{ $ref: "none.yaml#/p" }] } }`),
      {
        files: {
          'a.yaml': 'item: { get: { parameters: [{ $ref: "p.yaml#/p" }] } }',
          'p.yaml':
            'p: { name: q, in: query, required: true, schema: { $ref: "#/s" } }\ns: { type: string, enum: [z] }',
        },
      },
    );
    expect(requests[0]?.path).toBe('/a?q=z');
    expect(requests[1]?.notes).toEqual([
      'Could not be made from the description: a parameter whose $ref leads nowhere.',
    ]);
  });

  it('may be of Swagger 2.0', async () => {
    const { requests, version } = await read(`swagger: "2.0"
info: { title: Old }
basePath: /v1
definitions: { Pet: { type: object, properties: { name: { type: string, example: Rex } } } }
securityDefinitions: { key: { type: apiKey, in: header, name: api_key } }
paths:
  /pets/{id}:
    get:
      security: [{ key: [] }]
      parameters: [{ name: id, in: path, required: true, type: integer }, { name: s, in: query, required: true, type: array, items: { type: string, enum: [a] }, collectionFormat: csv }]
  /pets:
    post: { parameters: [{ name: body, in: body, schema: { $ref: "#/definitions/Pet" } }] }
    put: { parameters: [{ name: name, in: formData, required: true, type: string }] }
`);
    expect(version).toBe('Swagger 2.0');
    expect(requests.map(({ path, body }) => [path, body])).toEqual([
      ['/v1/pets/1?s=a', undefined],
      ['/v1/pets', '{"name":"Rex"}'],
      ['/v1/pets', 'name=text'],
    ]);
    expect(requests[0]?.headers).toEqual({ api_key: '${env.KEY:?the api_key of key}' });
  });

  it.each([
    ['a: 1', 'it has no openapi:'],
    ['openapi: 4.0.0', 'its version "4.0.0" is not known'],
    ['swagger: "1.2"', 'its version "1.2" is not known'],
    ['[1]', 'it is no map'],
  ])('is refused when it is none: %s', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});

describe('a sample', () => {
  it.each([
    [{ type: 'string', minLength: 8 }, 'textxxxx'],
    [{ type: 'string', maxLength: 2 }, 'te'],
    [{ type: 'string', pattern: '^\\d{3}$' }, '123'],
    [{ type: ['null', 'integer'], exclusiveMinimum: 10 }, 11],
    [{ type: 'integer', multipleOf: 5, minimum: 11 }, 15],
    [{ type: 'number', maximum: -2 }, -2],
    [{ oneOf: [{ type: 'null' }, { type: 'string', format: 'ipv4' }] }, '192.0.2.1'],
    [
      {
        allOf: [{ properties: { a: { const: 1 } } }, { properties: { b: { default: 2 } } }],
        properties: { c: { type: 'null' } },
      },
      { a: 1, b: 2, c: null },
    ],
    [{ type: 'array', items: { type: 'boolean' }, minItems: 3 }, [true, true, true]],
    [{ examples: ['x', 'y'] }, 'x'],
    [{ enum: [null, 'only'] }, 'only'],
  ])('of %j fits', async (schema, value) => {
    expect((await sampled(schema)).value).toEqual(value);
  });

  it('of a schema that contains itself ends', async () => {
    const { value } = await sampled({
      type: 'object',
      properties: {
        n: { type: 'integer' },
        next: { $ref: '#/components/schemas/S' },
        list: { type: 'array', items: { $ref: '#/components/schemas/S' } },
      },
    });
    expect(value).toEqual({ n: 1, list: [] });
  });

  it('says what could not be made', async () => {
    expect((await sampled({ type: 'string', pattern: '^ISO-[A-Z]{9}$' })).told).toEqual(['a text like ^ISO-[A-Z]{9}$']);
    expect((await sampled({ $ref: '#/nowhere' })).told).toEqual([]);
  });

  it('of anything comes to an end', async () => {
    const schema = fc.letrec((tie) => ({
      schema: fc.oneof(
        { maxDepth: 5 },
        fc.json().map((text) => JSON.parse(text) as unknown),
        fc.record(
          {
            type: fc.constantFrom('object', 'array', 'string', 'integer', 'number', 'boolean', 'null', 7),
            properties: fc.dictionary(fc.string(), tie('schema'), { maxKeys: 3 }),
            items: tie('schema'),
            allOf: fc.array(tie('schema'), { maxLength: 3 }),
            anyOf: fc.array(tie('schema'), { maxLength: 3 }),
            $ref: fc.constantFrom('#/components/schemas/S', '#/x', '', '#'),
            minLength: fc.integer(),
            maxLength: fc.integer(),
            minimum: fc.double(),
            multipleOf: fc.double(),
            pattern: fc.string(),
          },
          { requiredKeys: [] },
        ),
      ),
    })).schema;
    await fc.assert(
      fc.asyncProperty(schema, async (given) => void JSON.stringify((await sampled(given)).value)),
      { numRuns: 300 },
    );
  });
});
