/** `load.flows`: what one arrival does as one client, request by request. */
import { z } from 'zod';
import { parseJsonPath } from '../model/json-path.ts';
import type { ExtractSpec, FlowRequestSpec, FlowSpec, ThinkSpec } from '../model/scenario.ts';
import {
  acceptedCodings,
  flowFields,
  isReadable,
  type OpenRequest,
  ownNames,
  report,
  toSpec,
  unreadable,
} from './request-schema.ts';
import { duration, pause, refusal, text, whole } from './values.ts';

const hour = 3_600_000;

const extraction = z
  .strictObject({
    json: text('a JSON path', '$.token').optional().meta({ description: 'The first value that the path leads to' }),
    header: text('a header', 'X-Id').optional().meta({ description: 'The value of a header of the answer' }),
    regex: text('a regular expression', 'id=(\\d+)')
      .optional()
      .meta({ description: 'Its first group, or all that it matches, in the body' }),
  })
  .transform((input, context): ExtractSpec => {
    const wrong = (key: string, message: string) => {
      context.issues.push({ code: 'custom', input, path: key === '' ? [] : [key], message });
      return z.NEVER;
    };
    const given = Object.entries(input).filter(([, value]) => value !== undefined);
    if (given.length !== 1)
      return wrong('', 'must have json, header or regex, one of the three (example: { json: $.token })');
    const { json, header, regex } = input;
    if (header !== undefined) return { from: 'header', name: header };
    if (regex !== undefined) {
      const mistake = regexMistake(regex);
      return mistake === undefined ? { from: 'regex', pattern: regex } : wrong('regex', mistake);
    }
    if (json !== undefined && parseJsonPath(json)) return { from: 'json', path: json };
    return wrong(
      'json',
      `${refusal('a JSON path', json, '$.items[0].id')}; it knows names, indexes, * and .., no filters and slices`,
    );
  });

function regexMistake(pattern: string): string | undefined {
  try {
    new RegExp(pattern);
    return undefined;
  } catch {
    return refusal('a regular expression', pattern, 'id=(\\d+)');
  }
}

const valueName = z.string().regex(/^[A-Za-z_][\w-]*$/);

const think = z
  .union(
    [
      duration.transform((ms): ThinkSpec => ({ fromMs: ms, toMs: ms })),
      z
        .strictObject({ from: pause, to: duration })
        .transform(({ from, to }): ThinkSpec => ({ fromMs: from, toMs: to })),
    ],
    {
      error: (issue) => refusal('a duration, or a map with from and to', issue.input, '200ms'),
    },
  )
  .refine(({ fromMs, toMs }) => fromMs <= toMs, { error: 'must have a from that is no longer than its to' })
  .refine(({ toMs }) => toMs <= hour, { error: 'must be at most 1h' });

const flowRequest = z
  .strictObject({
    name: flowFields.naming.name,
    ...flowFields.request,
    extract: z
      .record(valueName, extraction, {
        error: (issue) =>
          issue.code === 'invalid_key'
            ? 'must be made of letters, digits and dashes (example: token)'
            : refusal('a map of names to places in the answer', issue.input, '{ token: { json: $.token } }'),
      })
      .default({})
      .meta({ description: 'What is taken from the answer, for places of that name in the requests after it' }),
    think: think.optional().meta({ description: 'The pause before this request; not counted as response time' }),
  })
  .transform((input, context) => {
    report(input, context);
    const wrong = (path: string[], message: string) => context.issues.push({ code: 'custom', input, path, message });
    const readers = Object.entries(input.extract).filter(([, { from }]) => from !== 'header');
    const unread = (acceptedCodings(input.headers) ?? []).filter((coding) => !isReadable(coding));
    for (const [name] of readers) {
      if (input.method === 'HEAD') wrong(['extract', name], 'needs a body, and HEAD has none');
      else if (unread.length > 0) wrong(['extract', name], unreadable(unread));
    }
    return input;
  });

const flow = z
  .strictObject({
    ...flowFields.naming,
    cookies: z
      .boolean({ error: (issue) => refusal('true or false', issue.input, 'true') })
      .default(false)
      .meta({ description: 'Whether each arrival has a jar of cookies, empty at first' }),
    redirects: whole(0, 50, '5')
      .default(0)
      .meta({ description: 'How many redirects of each answer are followed, on the same host' }),
    requests: z
      .array(flowRequest, {
        error: (issue) => refusal('a list of requests', issue.input, '- { name: login, path: /login }'),
      })
      .min(1, { error: 'must have at least one request (example: - { name: login, path: /login })' })
      .superRefine(ownNames),
  })
  .transform(({ name, weight, cookies, redirects, requests }, context): OpenFlow => {
    const wrong = (path: (string | number)[], message: string) =>
      context.issues.push({ code: 'custom', input: requests, path, message });
    if (requests[0]?.think)
      wrong(['requests', 0, 'think'], 'must not be given for the first request: the arrivals say when it goes');
    if (cookies && requests.length === 1 && redirects === 0)
      wrong(['cookies'], 'would do nothing: nothing follows the only request of this flow');
    return {
      name,
      weight,
      cookies,
      requests: requests.map(({ extract, think: before, ...request }) => ({
        ...toSpec({ redirects, ...request, weight: 1 }),
        extract,
        ...(before ? { think: before } : {}),
      })),
    };
  });

/** A flow whose requests may still need the path of the target. */
export type OpenFlow = Omit<FlowSpec, 'requests'> & {
  readonly requests: readonly (OpenRequest & Pick<FlowRequestSpec, 'extract' | 'think'>)[];
};

/** `load.flows`: each arrival goes through one of them, chosen by weight. */
export const flowsSchema = z
  .array(flow, {
    error: (issue) =>
      refusal('a list of flows', issue.input, '- { name: buy, requests: [{ name: login, path: /login }] }'),
  })
  .min(1, {
    error: 'must have at least one flow (example: - { name: buy, requests: [{ name: login, path: /login }] })',
  })
  .superRefine(ownNames);
