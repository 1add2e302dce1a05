/** `load.request` and `load.requests`: what an arrival sends, and what it hopes for. */
import { z } from 'zod';
import type { FeederSpec, RequestSpec } from '../model/scenario.ts';
import { headerMistakes } from './header-rules.ts';
import { refusal, show, text, whole } from './values.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Why a text can be no path and query of a request, as the end of a sentence; undefined when it can. */
function pathMistake(path: string): string | undefined {
  if (/^[A-Za-z][A-Za-z\d+.-]*:\/\//.test(path))
    return 'must be only the path and query: the rest of a URL is given as target.url';
  if (path !== '*' && !/^(\/|\$\{)/.test(path)) return 'must start with / (example: /items?id=1)';
  if (/ /.test(path)) return 'must have no blanks (%20 is one, in a query also +)';
  if (path.includes('#')) return 'must have no fragment: what stands behind # is never sent (%23 is a plain #)';
  if (!/^[\x20-\x7e\x80-\u{10ffff}]*$/u.test(path)) return 'must have no control characters (%0A is a line feed)';
  return isText(path) ? undefined : 'must be text: it has half a surrogate pair';
}

/** Whether a text can be written in UTF-8. */
function isText(given: string): boolean {
  return !/\p{Surrogate}/u.test(given);
}

const status = whole(100, 599, '200');

const expectation = z.strictObject({
  status: z
    .union([status, z.array(status).min(1)], {
      error: (issue) => refusal('a status or a list of statuses from 100 to 599', issue.input, '[200, 201]'),
    })
    .optional()
    .meta({ description: 'The statuses of a good answer; without it, all below 400' }),
  bodyContains: text('text', 'ok').optional().meta({ description: 'Text that the body of a good answer contains' }),
});

const fields = {
  method: z
    .string({ error: (issue) => refusal('an HTTP method', issue.input, 'GET') })
    .refine((method) => methods.includes(method), {
      error: (issue) => refusal(`one of ${methods.join(', ')}`, issue.input, 'GET'),
    })
    .default('GET'),
  path: text('a path', '/items?id=1')
    .superRefine((path, context) => {
      const message = path === '' ? undefined : pathMistake(path);
      if (message !== undefined) context.addIssue({ code: 'custom', message: `${message}, got ${show(path)}` });
    })
    .optional()
    .meta({
      description:
        'Path and query, below those of target.url if it has any; without it these, else /. What is not ASCII is percent-encoded',
    }),
  headers: z
    .record(
      z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/),
      z.string().regex(/^[\t\x20-\x7e]*$/, { error: 'must be printable ASCII on one line' }),
      {
        error: (issue) =>
          issue.code === 'invalid_key'
            ? 'must be an HTTP header name (example: X-Api-Key)'
            : refusal('a map of header names to values', issue.input, '{ Accept: text/plain }'),
      },
    )
    .default({}),
  body: z
    .string({ error: (issue) => refusal('text', issue.input, '\'{"id":1}\'') })
    .refine(isText, { error: 'must be text, but has half a surrogate pair (bytes that are no text go into bodyFile)' })
    .optional(),
  bodyFile: text('a file', 'order.json').optional().meta({ description: 'Path relative to the scenario file' }),
  basicAuth: z
    .strictObject({
      user: text('a user name', 'anna').refine((user) => !user.includes(':'), { error: 'must have no colon in it' }),
      password: z.string({ error: (issue) => refusal('text', issue.input, 'secret') }),
    })
    .optional()
    .meta({ description: 'Sent as an Authorization header' }),
  compression: z
    .literal('gzip', { error: (issue) => refusal('gzip', issue.input, 'gzip') })
    .optional()
    .meta({ description: 'Sends Accept-Encoding: gzip; an answer stays as it came unless its body is looked into' }),
  redirects: whole(0, 50, '5').optional().meta({
    description: 'How many redirects of an answer are followed, on the same host; those of its flow, else none',
  }),
  expect: expectation.prefault({}),
};

const alone = {
  ...fields,
  cookies: z
    .boolean({ error: (issue) => refusal('true or false', issue.input, 'true') })
    .optional()
    .meta({ description: 'Whether cookies that a redirect sets go with what follows it' }),
};

const single = z.strictObject(alone);
const naming = {
  name: text('a name', 'list').max(60, { error: 'must be at most 60 characters long' }),
  weight: z
    .number({ error: (issue) => refusal('a positive number', issue.input, '3') })
    .positive({ error: (issue) => refusal('a positive number', issue.input, '3') })
    .default(1)
    .meta({ description: 'How often this one is chosen, relative to the others' }),
};
const named = z.strictObject({ ...naming, ...alone });

const feeder = z
  .strictObject({
    csv: text('a file', 'users.csv').optional().meta({ description: 'Its first line names the columns' }),
    json: text('a file', 'users.json').optional().meta({ description: 'A list of maps without maps in them' }),
    order: z
      .enum(['sequential', 'random'], { error: (issue) => refusal('sequential or random', issue.input, 'sequential') })
      .default('sequential'),
  })
  .transform(({ csv, json, order }, context): FeederSpec => {
    if (csv !== undefined && json === undefined) return { file: csv, format: 'csv', order };
    if (json !== undefined && csv === undefined) return { file: json, format: 'json', order };
    const message = 'must have csv or json, one of the two (example: { csv: users.csv })';
    context.issues.push({ code: 'custom', input: csv, message });
    return z.NEVER;
  });

const feederName = z.string().regex(/^[A-Za-z_][\w-]*$/);

/** `load.feeders`: data for the places in requests; files relative to the scenario file. */
export const feedersSchema = z
  .record(feederName, feeder, {
    error: (issue) =>
      issue.code === 'invalid_key'
        ? 'must be made of letters, digits and dashes (example: user)'
        : refusal('a map of feeders', issue.input, '{ user: { csv: users.csv } }'),
  })
  .default({});

/** A request whose path, when it has none of its own, is that of the target. */
export type OpenRequest = Omit<RequestSpec, 'path'> & { readonly path?: string | undefined };

/** `load.request`: the same for every arrival. */
export const requestSchema = single.transform((input, context): OpenRequest => {
  report(input, context);
  return toSpec({ name: '', weight: 1, ...input });
});

/** `load.requests`: each arrival sends one of them, chosen by weight. */
export const requestsSchema = z
  .array(
    named.transform((input, context): OpenRequest => {
      report(input, context);
      return toSpec(input);
    }),
    { error: (issue) => refusal('a list of requests', issue.input, '- { name: list, path: /items, weight: 3 }') },
  )
  .min(1, { error: 'must have at least one request (example: - { name: list, path: /items })' })
  .superRefine(ownNames);

/** Adds an issue for each name that another before it has. */
export function ownNames(all: readonly { readonly name: string }[], context: z.core.$RefinementCtx): void {
  const names = all.map((each) => each.name);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    context.addIssue({ code: 'custom', path: [index, 'name'], message: `must be its own, but "${name}" is taken` });
  }
}

/** The keys of a request that stands in a flow, and of the flow itself. */
export const flowFields = { request: fields, naming };

/** What the keys of any request are read as. */
type RequestInput = z.output<z.ZodObject<typeof fields>> & { readonly cookies?: boolean | undefined };

/** Adds an issue for everything that is fine by itself and wrong together. */
export function report(input: RequestInput, context: z.core.$RefinementCtx): void {
  const wrong = (path: string[], message: string) => context.issues.push({ code: 'custom', input, path, message });
  if (input.cookies && (input.redirects ?? 0) === 0)
    wrong(
      ['cookies'],
      'would do nothing: a jar lives as long as its arrival, which sends one request; give redirects, or use load.flows',
    );
  const has = (header: string) => Object.keys(input.headers).some((name) => name.toLowerCase() === header);
  if (input.body !== undefined && input.bodyFile !== undefined)
    wrong(['bodyFile'], 'must not be given beside body: which of the two is sent?');
  if (input.basicAuth && has('authorization'))
    wrong(['basicAuth'], 'must not be given beside an Authorization header: which of the two is sent?');
  if (input.basicAuth && placesIn(input.basicAuth))
    wrong(['basicAuth'], `must be plain text; what comes from a feeder goes into headers: { Authorization: … }`);
  for (const { name, message } of headerMistakes(input.headers)) wrong(['headers', name], message);
  if (input.path === '*' && input.method !== 'OPTIONS')
    wrong(['path'], `must start with /: * is for OPTIONS only, and the method is ${input.method}`);
  const accepted = acceptedCodings(input.headers);
  if (input.compression && accepted)
    wrong(['compression'], 'must not be given beside an Accept-Encoding header: which of the two is sent?');
  if (input.expect.bodyContains === undefined) return;
  if (input.method === 'HEAD') wrong(['expect', 'bodyContains'], 'needs a body, and HEAD has none');
  const unread = accepted?.filter((coding) => !isReadable(coding)) ?? [];
  if (unread.length > 0) wrong(['expect', 'bodyContains'], unreadable(unread));
}

/** Whether rampart can take a content coding off. */
export function isReadable(coding: string): boolean {
  return ['gzip', 'x-gzip', 'deflate', 'br', 'identity'].includes(coding);
}

/** Why a body may come in a way that nobody can look into, as the end of a sentence. */
export function unreadable(codings: readonly string[]): string {
  return `needs a body that rampart can read, but Accept-Encoding allows ${codings.join(', ')} (it reads gzip, deflate and br)`;
}

/** The codings that a request accepts, but those that it refuses; undefined where it says nothing of them. */
export function acceptedCodings(headers: Readonly<Record<string, string>>): readonly string[] | undefined {
  const written = Object.entries(headers).find(([name]) => name.toLowerCase() === 'accept-encoding')?.[1];
  return written
    ?.split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && !/;\s*q=0(\.0*)?\s*$/.test(coding))
    .map((coding) => coding.replace(/\s*;.*$/, ''));
}

/** What a request that stands alone, or in a flow, is to the engines. */
export function toSpec(input: RequestInput & { readonly name: string; readonly weight: number }): OpenRequest {
  const { basicAuth, body = '', headers, expect, compression, redirects, cookies, ...rest } = input;
  const wanted = expect.status ?? [];
  return {
    ...rest,
    ...(redirects !== undefined && redirects > 0 ? { redirects } : {}),
    ...(cookies ? { cookies } : {}),
    headers: {
      ...headers,
      ...(compression ? { 'Accept-Encoding': compression } : {}),
      ...(basicAuth ? { Authorization: `Basic ${base64(basicAuth)}` } : {}),
    },
    body,
    expect: { status: typeof wanted === 'number' ? [wanted] : wanted, bodyContains: expect.bodyContains ?? '' },
  };
}

function base64({ user, password }: { readonly user: string; readonly password: string }): string {
  return Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
}

function placesIn({ user, password }: { readonly user: string; readonly password: string }): boolean {
  return /\$\{\w/.test(user + password);
}
