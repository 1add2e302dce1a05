/** Recordings of traffic as pages name them: access logs in the format that a command line says, a HAR file, an OpenAPI document. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './markdown-page.ts';

/** What nginx wrote in its usual format. */
export function accessLog(): string {
  return readFileSync(join(root, 'test', 'fixtures', 'access-logs', 'nginx-combined.log'), 'utf8');
}

/** The same as a server would have written it in this `log_format` or `LogFormat`; each request took 1.5 ms. */
export function accessLogAs(format: string): string {
  const values = (line: string): Readonly<Record<string, string>> => {
    const [, host = '', time = '', request = '', status = ''] =
      /^(\S+) - - \[([^\]]+)\] "([^"]*)" (\d+)/.exec(line) ?? [];
    const [, day, clock] = /^(\d\d)\/\w+\/\d+:(\S+) /.exec(time) ?? [];
    return {
      ...{ '%h': host, '%t': `[${time}]`, '%r': request, '%>s': status, '%D': '1500' },
      ...{ $remote_addr: host, $time_iso8601: `2026-11-${day}T${clock}+00:00`, $request: request },
      ...{ $status: status, $request_time: '0.002' },
    };
  };
  const written = (line: string) => {
    const known = values(line);
    return format.replaceAll(/\$\w+|%>?\w/g, (name) => {
      const value = known[name];
      if (value === undefined) throw new Error(`${name}: what it stands for has to be added here`);
      return value;
    });
  };
  return accessLog().trim().split('\n').map(written).join('\n');
}

const asked = (method: string, path: string, atS: number, body?: object) => ({
  startedDateTime: new Date(Date.UTC(2026, 10, 28, 12, 0, atS)).toISOString(),
  request: {
    method,
    url: `https://shop.example${path}`,
    headers: [{ name: 'Accept', value: 'application/json' }],
    ...(body ? { postData: { mimeType: 'application/json', text: JSON.stringify(body) } } : {}),
  },
  response: { status: 200, content: { mimeType: 'application/json' } },
});

/** A user who looks at two things and orders one. */
export function harFile(): string {
  const entries = [asked('GET', '/', 0), asked('GET', '/items/7', 2), asked('POST', '/orders', 5, { item: 7 })];
  return JSON.stringify({ log: { version: '1.2', entries } });
}

/** A service with orders, under a tag, and users. */
export const openApiDocument = `openapi: 3.0.0
info: { title: shop, version: "1" }
paths:
  /orders:
    post:
      tags: [orders]
      requestBody:
        content:
          application/json:
            schema: { type: object, properties: { item: { type: integer, minimum: 1 } }, required: [item] }
      responses: { "201": { description: made } }
  /users/{id}:
    get:
      operationId: getUser
      parameters: [{ name: id, in: path, required: true, schema: { type: integer }, example: 7 }]
      responses: { "200": { description: found } }
`;
